// Preloaded into a command that has to ask nobody: whatever it tries to reach is noted, and refused.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';

function refuse(what) {
  return () => {
    appendFileSync(process.env.REACHED_OUT_TO, `${what}\n`);
    throw new Error(`this command must not open a socket: ${what}`);
  };
}

Socket.prototype.connect = refuse('connect');
dgram.createSocket = refuse('datagram');
dns.lookup = refuse('lookup');
