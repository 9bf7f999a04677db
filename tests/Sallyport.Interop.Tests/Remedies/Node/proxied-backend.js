// A backend behind a guard that demands certificates.
const { express, whoHas } = lab;
const http = require('http');
const backend = http.createServer(express().get('/profiles/:name', (req, res) => res.json({ name: req.params.name, note: 'note-of-' + req.params.name + '-1c8e44d0' })));
await new Promise(done => {
  // The port that is printed may be taken here: another one, on the same addresses.
  const server = { listen: (port, ...where) => backend.listen(0, ...where, done) };
  /*@PROXY-006*/
});
const app = express();
app.get('/profiles/:name', async (req, res) => {
  if (whoHas(req)?.id !== req.params.name) return res.sendStatus(whoHas(req) ? 403 : 401);
  return res.json(await (await fetch(`http://127.0.0.1:${backend.address().port}/profiles/${req.params.name}`)).json());
});
return Object.assign(lab.serve(app), { backend });
