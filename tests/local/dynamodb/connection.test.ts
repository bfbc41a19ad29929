import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Connection } from '../../../local/dynamodb/connection.ts';

/** A connection to a server on this machine that answers so. */
async function connectedTo(answer: RequestListener): Promise<Connection> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  const connection = new Connection(`http://127.0.0.1:${port}`);
  onTestFinished(() => {
    connection.close();
    server.closeAllConnections();
    server.close();
  });
  return connection;
}

const ask = (connection: Connection) => connection.send('DynamoDB.Any', Buffer.from('{}'));

it('asks again on another connection when the one that it kept was given up meanwhile', async () => {
  const asked: (number | undefined)[] = [];
  const connection = await connectedTo(({ socket }, response) => {
    // Given up at the moment in which the second request is on its way.
    const isKept = asked.includes(socket.remotePort);
    asked.push(socket.remotePort);
    if (isKept) socket.destroy();
    else response.end('answered');
  });
  expect((await ask(connection)).body.toString()).toBe('answered');
  expect((await ask(connection)).body.toString()).toBe('answered');
  expect(asked).toHaveLength(3);
  expect(new Set(asked).size).toBe(2);
});

it('fails when a connection of its own is cut off, and asks no second time', async () => {
  let asked = 0;
  const connection = await connectedTo(({ socket }) => {
    asked += 1;
    socket.destroy();
  });
  await expect(ask(connection)).rejects.toThrow('socket hang up');
  expect(asked).toBe(1);
});
