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

const ask = (connection: Connection, operation = 'GetItem') =>
  connection.send(`DynamoDB_20120810.${operation}`, Buffer.from('{}'));

/** A connection to a server that gives up each connection at the moment in which a second request is on its way. */
async function connectedToImpatient() {
  const asked: (number | undefined)[] = [];
  const connection = await connectedTo(({ socket }, response) => {
    const isKept = asked.includes(socket.remotePort);
    asked.push(socket.remotePort);
    if (isKept) socket.destroy();
    else response.end('answered');
  });
  return { connection, asked };
}

it('asks again on another connection when the one that it kept was given up meanwhile', async () => {
  const { connection, asked } = await connectedToImpatient();
  expect((await ask(connection)).body.toString()).toBe('answered');
  expect((await ask(connection)).body.toString()).toBe('answered');
  expect(asked).toHaveLength(3);
  expect(new Set(asked).size).toBe(2);
});

it('asks for no change again: it may have been made', async () => {
  const { connection, asked } = await connectedToImpatient();
  await ask(connection, 'UpdateItem');
  await expect(ask(connection, 'UpdateItem')).rejects.toThrow('socket hang up');
  expect(asked).toHaveLength(2);
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
