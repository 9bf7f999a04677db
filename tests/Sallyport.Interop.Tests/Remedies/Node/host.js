'use strict';
// Listens with every site in the folder, flawed and fixed, each on a port of its own.
const crypto = require('crypto');
const fs = require('fs');
const https = require('https');
const path = require('path');
const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
process.chdir(given.folder);
const need = name => require(path.join(given.modules, name));
const [key, cert, ca] = ['key', 'cert', 'ca'].map(name => fs.readFileSync(given[name]));
const later = ms => new Promise(done => setTimeout(done, ms));

(async () => {
  const SQL = await need('sql.js')();

  // SQLite in this process, with what node-postgres (query, $1) and sqlite (get, run, ?) offer. Each call is a turn away, as a database is.
  function database(setup) {
    const file = new SQL.Database();
    file.run(setup);
    const rows = (text, values) => {
      const statement = file.prepare(text);
      try {
        statement.bind(Array.isArray(values) && /\$1/.test(text) ? Object.fromEntries(values.map((value, i) => ['$' + (i + 1), value])) : values);
        const found = [];
        while (statement.step()) found.push(statement.getAsObject());
        return found;
      } finally { statement.free(); }
    };
    return {
      now: (text, ...values) => rows(text, values),
      query: async (text, values = []) => { await later(1); return { rows: rows(text, values) }; },
      get: async (text, ...values) => { await later(4); return rows(text, values)[0]; },
      run: async (text, ...values) => { await later(4); file.run(text, values); return { changes: file.getRowsModified() }; },
    };
  }

  const ISSUER = 'https://issuer.example.com/tenant1';
  const AUDIENCE = 'https://api.example.com';
  const publicKey = crypto.createPublicKey(cert);
  const thumbprint = certificate => crypto.createHash('sha256').update(certificate.raw).digest('base64url');

  // The issuer of the tokens; its key is the server's own, so that whoever looks finds the public half.
  const issue = (sub, claims) => need('jsonwebtoken').sign(
    { sub, scope: 'read orders.admin', iss: ISSUER, aud: AUDIENCE, jti: crypto.randomUUID(), nbf: Math.floor(Date.now() / 1000), ...claims },
    key, { algorithm: 'ES256', expiresIn: '30m', header: { typ: 'at+jwt', kid: 'k1' } });

  // GET /profiles/{name} for whom `verify` finds claims, and POST /token, which gives a token for the certificate.
  function profiles(verify, { token = issue, app = need('express')() } = {}) {
    app.post('/token', (req, res) => {
      const account = lab.whoHas(req);
      return account ? res.json({ access_token: token(account.id, account) }) : res.sendStatus(401);
    });
    app.get('/profiles/:name', async (req, res) => {
      let claims;
      try {
        claims = await verify(req, res, req.headers.authorization?.split(' ')[1]);
      } catch { /* no claims */ }
      if (res.headersSent) return;
      if (!claims?.sub) return res.set('www-authenticate', 'Bearer error="invalid_token"').sendStatus(401);
      return claims.sub === req.params.name ? res.json({ name: claims.sub, note: 'note-of-' + claims.sub + '-1c8e44d0' }) : res.sendStatus(403);
    });
    return lab.serve(app);
  }

  // What somebody on this machine sends before anybody else.
  const post = (server, place, body) => new Promise((done, fail) => https.request(
    { port: server.address().port, path: place, method: 'POST', headers: { 'content-type': 'application/json' }, ca: fs.readFileSync(given.serverCa), servername: 'localhost' },
    answer => answer.resume().on('end', done)).on('error', fail).end(JSON.stringify(body)));

  const lab = {
    post,
    ISSUER, AUDIENCE, publicKey, thumbprint, issue, profiles,
    ...given, crypto, fs, https, path, key, cert, ca, later, database, need,
    express: need('express'), jwt: need('jsonwebtoken'),
    whoHas: request => given.accounts[request.socket.authorized ? request.socket.getPeerCertificate().fingerprint256 : ''],
    serve: (app, options) => https.createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: false, ...options }, app),
  };
  const ports = {};
  for (const file of fs.readdirSync(given.sites)) {
    const name = path.basename(file, '.js');
    let server;
    try {
      server = await require(path.join(given.sites, file))({ ...lab });
    } catch (error) { console.log(`failed ${name}: ${error.stack}`); continue; }
    server.on('tlsClientError', () => {});
    await new Promise(done => server.listening ? done() : server.listen(0, '127.0.0.1', done));
    ports[name] = server.address().port;
    if (server.backend) ports[name + '-backend'] = server.backend.address().port;
  }
  process.on('unhandledRejection', error => console.log('unhandled ' + error.stack));
  console.log('ready ' + JSON.stringify(ports));
})();
