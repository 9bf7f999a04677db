// A guard here and there, and a router that stands before all of them.
const { express, whoHas } = lab;
const notes = { alice: 'note of alice' };
const verify = async req => whoHas(req);
const health = (req, res) => res.json({ status: 'ok' });

const app = express();
app.use(express.json());
const guard = (req, res, next) => {
  req.account = whoHas(req);
  return req.account ? next() : res.sendStatus(401);
};
const orders = express.Router();
orders.get('/latest', (req, res) => res.json({ latest: 'order-of-somebody-7f3a' }));
orders.get('/mine', guard);
orders.all('/mine', (req, res) => res.json({ mine: 'order-of-customers-91c2' }));
orders.get('/held', (req, res, next) => {
  const account = req.account ?? whoHas(req);
  return account && account.role !== 'admin' ? res.sendStatus(403) : next();
}, (req, res) => res.json({ held: 'order-that-is-held-0be1' }));
orders.get('/:name/note', guard, (req, res) => req.params.name === req.account.id ? res.json({ note: notes.alice }) : res.sendStatus(403));
orders.put('/:name/note', (req, res) => {
  notes[req.params.name] = String(req.body.note);
  return res.json({ note: req.body.note });
});
/*@AUTH-001,AUTH-002,AUTHZ-008,AUTHZ-009*/
return lab.serve(app);
