// Answers that show more than is asked for, and keep nothing back when they fail.
const { express, fs, whoHas } = lab;
const helmet = lab.need('helmet');
const log = { error: () => {} };
const accounts = {
  alice: { id: 'alice', cardNumber: '4111111111111111', database: `postgres://api:${lab.crypto.randomBytes(12).toString('hex')}@db.example.com/orders` },
};
fs.mkdirSync('public', { recursive: true });
fs.writeFileSync('backup.sql', '-- MySQL dump 10.13\nCREATE TABLE `accounts` (`id` int);\nINSERT INTO `accounts` VALUES (1);\n');

const app = express();
/*@INV-003*/
/*@DATA-004*/
/*@ENC-002 fix*/
/*@IV-007*/
app.use((req, res, next) => {
  req.id = lab.crypto.randomUUID();
  return whoHas(req) ? next() : res.sendStatus(401);
});
app.get('/me', (req, res) => res.type('html').send(`<!doctype html><title>Account</title><p>note-of-${whoHas(req).id}-1c8e44d0</p>`));
app.get('/account', (req, res) => {
  const account = accounts.alice;
  /*@DATA-001,DATA-002*/
});
app.get('/orders/:id', (req, res) => res.json({ id: BigInt(req.params.id).toString(), item: 'tea', mark: 'order-of-' + whoHas(req).id + '-7f3a' }));
/*@DATA-003*/
return lab.serve(app);
