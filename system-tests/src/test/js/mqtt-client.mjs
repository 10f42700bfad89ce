// One MQTT.js client, driven by lines of JSON on standard input; what happens goes to standard
// output, a line of JSON each.
import mqtt from "mqtt";
import readline from "node:readline";

const [url, clientId, username, password] = process.argv.slice(2);
const tell = (event) => process.stdout.write(JSON.stringify(event) + "\n");

const client = mqtt.connect(url, {
  clientId,
  username,
  password,
  protocolVersion: Number(process.env.MQTT_VERSION ?? 5),
  reconnectPeriod: 0,
});

client.on("connect", () => tell({ event: "connect" }));
client.on("message", (topic, payload) =>
  tell({ event: "message", topic, payload: JSON.parse(payload.toString()) }),
);
client.on("error", (error) => tell({ event: "error", code: error.code ?? null }));
client.on("close", () => tell({ event: "close" }));

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  switch (command.do) {
    case "subscribe":
      client.subscribe(command.topic, { qos: 1 }, (error, granted) =>
        tell({
          event: "subscribed",
          topic: command.topic,
          granted: !error && granted.every(({ qos }) => qos < 128),
        }),
      );
      break;
    case "publish":
      client.publish(command.topic, JSON.stringify(command.payload), { qos: 1 }, (error) =>
        tell({ event: "published", topic: command.topic, accepted: !error }),
      );
      break;
    case "end":
      client.end(false, {}, () => process.exit(0));
      break;
  }
});
