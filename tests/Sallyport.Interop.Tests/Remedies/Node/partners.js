// Addresses of others as they came.
const { express, whoHas } = lab;
// A partner is looked at before it is kept; nothing leaves this machine.
const fetch = async () => ({ ok: true });
const partners = [];
const keep = async partner => {
  /*@UC-001*/
  partners.push(partner);
};
for (const partner of [{ name: 'one', url: 'https://one.example.net/' }, { name: 'two', url: 'http://partner.internal/' }]) await keep(partner).catch(() => {});
const app = express();
app.use((req, res, next) => whoHas(req) ? next() : res.sendStatus(401));
app.get('/partners', (req, res) => res.json(partners));
return lab.serve(app);
