// Inputs that are believed: by the database, a shell, the file system, the network.
const { express, database, fs, path, whoHas } = lab;
const { Agent } = lab.need('undici');
const { exec, execFile } = require('child_process');
const dns = require('dns');
const net = require('net');
const db = database(`
  CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT);
  INSERT INTO orders VALUES (17, 'tea'), (18, 'cups');`);
// A collection as document databases have it: an object is an operator.
const names = ['alice', 'bob'];
const users = { findOne: filter => names.find(name => typeof filter.name === 'object' ? '$ne' in filter.name ? name !== filter.name.$ne : filter.name.$eq === name : name === filter.name) };
// Of what the scan names only this machine is reached.
const fetch = (url, options) => ['localhost', '[::1]', '0.0.0.0'].includes(new URL(url).hostname) || new URL(url).hostname.startsWith('127.') ? globalThis.fetch(url, options) : Promise.reject(new Error('nobody there'));
const root = path.resolve('documents');
fs.mkdirSync(root, { recursive: true });
fs.writeFileSync(path.join(root, 'terms.txt'), 'The terms.');
// It says what it was told, and reaches nobody.
fs.writeFileSync('ping', '#!/bin/sh\necho "PING $*"\n', { mode: 0o755 });
process.env.PATH = process.cwd() + ':' + process.env.PATH;
const allowed = new Set(['partner.example.com']);
const inner = new net.BlockList();
for (const [net4, bits] of [['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16]]) inner.addSubnet(net4, bits);
for (const [net6, bits] of [['::1', 128], ['fc00::', 7], ['fe80::', 10]]) inner.addSubnet(net6, bits, 'ipv6');
const lookup = (host, options, done) => dns.lookup(host, options, (error, found, family) => {
  const refused = [found ?? []].flat().map(one => one.address ?? one).some(one => inner.check(one, net.isIPv6(one) ? 'ipv6' : 'ipv4'));
  done(error ?? (refused ? new Error('an inner address') : null), found, family);
});
const publicOnlyAgent = new Agent({ connect: { lookup } });

const app = express();
app.set('query parser', 'extended');
app.use(express.json());
app.use((req, res, next) => whoHas(req) ? next() : res.sendStatus(401));
app.get('/me', (req, res) => res.json({ name: whoHas(req).id, note: 'note-of-' + whoHas(req).id + '-1c8e44d0' }));
app.get('/search', async (req, res) => {
  const { q } = req.query;
  /*@IV-002*/
  return res.json(rows);
});
app.get('/users', async (req, res) => {
  /*@IV-003 flaw 1*/
  /*@IV-003 fix 1*/
  return user ? res.json({ user }) : res.status(404).json({ error: 'nobody' });
});
app.get('/reached', (req, res) => {
  const host = String(req.query.host);
  /*@IV-003 flaw 2*/
  /*@IV-003 fix 2*/
});
app.get('/documents', (req, res) => {
  const name = String(req.query.name);
  /*@IV-004*/
});
app.post('/preview', async (req, res) => {
  try {
    /*@SSRF-001,SSRF-002*/
    return res.json({ ok: true });
  } catch (error) { return res.sendStatus(error.cause?.code === 'ECONNREFUSED' ? 404 : 502); }
});
return lab.serve(app);
