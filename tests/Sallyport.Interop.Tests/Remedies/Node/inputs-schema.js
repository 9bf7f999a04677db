// Bodies of any shape, and a pattern that some of them are too much for.
const { express, whoHas } = lab;
const Ajv = lab.need('ajv');
const { Worker } = require('worker_threads');
const ajv = new Ajv();
const schema = { type: 'object', required: ['item', 'amount'], properties: { item: { type: 'string', maxLength: 16 }, amount: { type: 'integer', minimum: 1, maximum: 100 } } };
const app = express();
app.use(express.json());
// In a thread of its own, so that only who asks here waits; and not for ever.
let thread;
let turn = Promise.resolve();
const start = () => {
  thread = new Worker("const { parentPort } = require('worker_threads'); parentPort.on('message', text => parentPort.postMessage(/^(\\w+\\s?)*$/.test(text)));", { eval: true });
  thread.unref();
};
start();
const matches = text => turn = turn.then(() => new Promise(done => {
  const limit = setTimeout(() => { thread.terminate(); start(); done(false); }, 3000);
  thread.once('message', found => { clearTimeout(limit); done(found); });
  thread.postMessage(String(text));
}));
const save = async (body, res) => await matches(body.item) ? res.status(201).json({ item: body.item, amount: body.amount }) : res.sendStatus(400);
app.use((req, res, next) => whoHas(req) ? next() : res.sendStatus(401));
app.get('/me', (req, res) => res.json({ name: whoHas(req).id, note: 'note-of-' + whoHas(req).id + '-1c8e44d0' }));
/*@IV-001,IV-005*/
return lab.serve(app);
