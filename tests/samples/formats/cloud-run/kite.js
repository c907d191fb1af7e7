require("node:http").createServer((_, answer) => answer.end(process.env.WIND)).listen(8080);
