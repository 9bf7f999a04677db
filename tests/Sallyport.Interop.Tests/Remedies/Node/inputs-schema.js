// Bodies of any shape, and a pattern that some of them are too much for.
const { express, whoHas } = lab;
const Ajv = lab.need('ajv');
const ajv = new Ajv();
const schema = { type: 'object', required: ['item', 'amount'], properties: { item: { type: 'string', maxLength: 16 }, amount: { type: 'integer', minimum: 1, maximum: 100 } } };
const app = express();
app.use(express.json());
const save = (body, res) => /^(\w+\s?)*$/.test(body.item) ? res.status(201).json({ item: body.item, amount: body.amount }) : res.sendStatus(400);
app.use((req, res, next) => whoHas(req) ? next() : res.sendStatus(401));
app.get('/me', (req, res) => res.json({ name: whoHas(req).id, note: 'note-of-' + whoHas(req).id + '-1c8e44d0' }));
/*@IV-001,IV-005*/
return lab.serve(app);
