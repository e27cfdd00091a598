// The reference for delivery: Node's `ws`, ten times a second one text to every socket, as its manual does it.
// Arguments: bytes of a message, and a file beside whose node_modules `ws` is. Prints as bench_wall_reference.py does.
import { createRequire } from "node:module";

const [size, packageFile] = [Number(process.argv[2]), process.argv[3]];
const { WebSocketServer } = createRequire(packageFile)("ws");
const nowNs = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, backlog: 2048 });
server.on("listening", () => console.log(server.address().port));
let position = 0;
setInterval(() => {
  position += 1;
  const message = `{"type":"delta","position":${position},`.padEnd(size - 1) + "}";
  const sentNs = nowNs();
  for (const client of server.clients) if (client.readyState === 1) client.send(message);
  console.log(`${position} ${sentNs}`);
}, 100);
