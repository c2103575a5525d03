// How long a browser's search worker needs before it can answer: read the index, build it in Lunr.
// Usage: node search_load.js LUNR INDEX; prints the best of three in milliseconds.
"use strict";
const fs = require("fs");
const lunr = require(require("path").resolve(process.argv[2]));
const text = fs.readFileSync(process.argv[3], "utf-8");

function load() {
  const start = process.hrtime.bigint();
  const { docs } = JSON.parse(text);
  lunr(function () {
    // The fields, boosts and steps of Material for MkDocs.
    this.ref("location");
    this.field("title", { boost: 1e3 });
    this.field("text", { boost: 1 });
    this.field("tags", { boost: 1e6, extractor: (doc) => doc.tags });
    this.pipeline.reset();
    this.pipeline.add(lunr.trimmer, lunr.stopWordFilter, lunr.stemmer);
    for (const doc of docs) this.add(doc, { boost: doc.boost });
  });
  return Number(process.hrtime.bigint() - start) / 1e6;
}

console.log(Math.min(load(), load(), load()).toFixed(1));
