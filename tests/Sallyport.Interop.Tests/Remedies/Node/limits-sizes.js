// Lists and bodies of any size.
const { express, whoHas } = lab;
const notes = { alice: 'note of alice' };
const app = express();
app.use((req, res, next) => whoHas(req) ? next() : res.sendStatus(401));
/*@RL-003 flaw 1*/
/*@RL-003 fix 1*/
app.get('/me', (req, res) => res.json({ name: whoHas(req).id, note: notes[whoHas(req).id] }));
app.put('/me', (req, res) => {
  notes[whoHas(req).id] = String(req.body.note);
  return res.json({ note: req.body.note });
});
app.get('/list', (req, res) => {
  /*@RL-003 flaw 2*/
  /*@RL-003 fix 2-3*/
  return res.json(Array.from({ length: Math.min(limit, 5000) }, (_, i) => i));
});
return lab.serve(app);
