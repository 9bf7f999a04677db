// Nobody counts.
const { express, whoHas } = lab;
const { rateLimit } = lab.need('express-rate-limit');
const app = express();
/*@RL-001 fix*/
app.get('/me', (req, res) => whoHas(req) ? res.json({ name: whoHas(req).id, note: 'note-of-' + whoHas(req).id + '-1c8e44d0' }) : res.sendStatus(401));
return lab.serve(app);
