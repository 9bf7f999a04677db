// Answers and sockets for every origin.
const { express, whoHas } = lab;
const cors = lab.need('cors');
const { WebSocketServer } = lab.need('ws');
const app = express();
/*@CSRF-005*/
app.get('/me', (req, res) => whoHas(req) ? res.json({ name: whoHas(req).id, note: 'note-of-' + whoHas(req).id + '-1c8e44d0' }) : res.sendStatus(401));
const server = lab.serve(app, { rejectUnauthorized: true });
/*@CSRF-008*/
return server;
