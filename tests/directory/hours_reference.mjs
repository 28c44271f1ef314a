// Fills hours_reference.json with the answers of the reference implementation of opening hours. Run by hand, from a
// directory outside of the repository in which `npm install opening_hours` has been run:
//
//     node …/tests/directory/hours_reference.mjs …/tests/directory/hours_reference.json
//
// `open` has a number in hexadecimal for each expression and zone: a bit for each moment, the first moment's highest.
// Unknown (by appointment) is not open. Null: the reference does not read the expression. What the directory file refuses
// stands in `refused_unclear`, or, where it is not read at all, in `refused_unreadable` without an answer.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const here = createRequire(`${process.cwd()}/`);
const OpeningHours = here("opening_hours");
const { version } = JSON.parse(readFileSync("node_modules/opening_hours/package.json"));
// Without a state, so that PH are the federal holidays.
const place = { lat: 40, lon: -75, address: { country_code: "us" } };

const file = process.argv[2];
const data = JSON.parse(readFileSync(file));
const moments = data.moments.flatMap(([first, minutes, count]) =>
  Array.from({ length: count }, (_, n) => new Date(Date.parse(first) + n * minutes * 60_000)));

function answers(expression, zone) {
  process.env.TZ = zone;
  try {
    const hours = new OpeningHours(expression, place, { tag_key: "opening_hours" });
    const bits = moments.map((moment) => (hours.getState(moment) ? "1" : "0")).join("");
    return BigInt(`0b${bits}`).toString(16);
  } catch {
    return null;
  }
}

data.reference = `npm opening_hours ${version}`;
for (const expression of Object.keys(data.open))
  data.open[expression] = Object.fromEntries(data.zones.map((zone) => [zone, answers(expression, zone)]));
const lines = Object.entries(data.open).map(([expression, open]) =>
  `    ${JSON.stringify(expression)}: ${JSON.stringify(open)}`);
const head = Object.entries(data).filter(([name]) => name !== "open")
  .map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join("");
writeFileSync(file, `{\n${head}  "open": {\n${lines.join(",\n")}\n  }\n}\n`);
