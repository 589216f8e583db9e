// A room for each departure, on socket.io: whoever holds or releases a seat sends the departure's next version to
// everybody in its room. Nothing is kept: of Aisle's promises, only the order of frames on one connection is left.
//
// As socket.io's documentation advises for speed: nothing but WebSocket, no compression of frames, bufferutil for
// the masks, and the first request of a connection is let go. NODE_ENV is production; whoever starts it sees to that.
//
//   node server.mjs --port 3000 --frame-bytes 300 --hold-bytes 500

import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Server } from "socket.io";

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: process.env.PORT ?? "3000" },
    "frame-bytes": { type: "string", default: "300" },
    "hold-bytes": { type: "string", default: "300" },
  },
});
const frameBytes = Number(options["frame-bytes"]);
const holdBytes = Number(options["hold-bytes"]);
const HOLDS = /^\/api\/v1\/flights\/([^/]+)\/holds(?:\/([^/]+))?$/;

/** The last version of each departure. */
const versions = new Map();

/** The object with as much padding as makes it this many bytes of JSON. */
function padded(object, bytes) {
  const missing = bytes - JSON.stringify({ ...object, padding: "" }).length;
  return { ...object, padding: "x".repeat(Math.max(missing, 0)) };
}

/** Counts a change and tells the room. */
function change(flight) {
  const from = versions.get(flight) ?? 0;
  const version = from + 1;
  versions.set(flight, version);
  io.to(flight).emit("seat-map", padded({ type: "delta", from, version }, frameBytes));
  return version;
}

async function hold(flight, request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const wish = JSON.parse(Buffer.concat(chunks));
  const version = change(flight);
  const held = { holdId: `${flight}.${version}`, flightId: flight, seats: wish.seats, version };
  response.writeHead(201, { "content-type": "application/json" });
  response.end(JSON.stringify(padded(held, holdBytes)));
}

function end(response, status) {
  response.writeHead(status).end();
}

async function answer(request, response) {
  if (request.url === "/readyz") return end(response, 200);
  const [, flight, held] = HOLDS.exec(request.url) ?? [];
  if (flight === undefined) return end(response, 404);
  if (request.method === "POST" && held === undefined) return hold(flight, request, response);
  if (request.method !== "DELETE" || held === undefined) return end(response, 405);
  change(flight);
  return end(response, 204);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
const io = new Server(server, {
  transports: ["websocket"],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});
io.engine.on("connection", (socket) => {
  socket.request = null;
});
io.on("connection", (socket) => {
  socket.on("subscribe", ({ flightId }) => {
    socket.join(flightId);
    socket.emit("seat-map", { type: "snapshot", version: versions.get(flightId) ?? 0 });
  });
});
process.on("SIGTERM", () => process.exit(0));
server.listen(Number(options.port), "127.0.0.1");
