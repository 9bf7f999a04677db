using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>A small shop with sessions in Node: strict, weak in everything, and mixed up, each on a port of its own. HTTP/1.1.</summary>
/// <remarks>Logins: alice and bob, with the passwords given at the start. The description is that of the shop in the scanner's tests.</remarks>
public sealed class NodeSessionShop : IAsyncDisposable
{
    private const string Ready = "ready ";

    private const string Script =
        """
        'use strict';
        const crypto = require('crypto');
        const fs = require('fs');
        const https = require('https');
        const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
        const own = { key: fs.readFileSync(given.key), cert: fs.readFileSync(given.cert), requestCert: true, rejectUnauthorized: false };
        const random = () => crypto.randomBytes(16).toString('hex');
        const mark = name => 'mark-' + crypto.createHash('sha256').update('node ' + name).digest('hex').slice(0, 16);
        const turn = ms => new Promise(done => setTimeout(done, ms));

        function shop(mode) {
          const weak = mode === 'weak';
          const mixed = mode === 'mixed';
          const passwords = new Map(Object.entries(given.passwords));
          const sessions = new Map(), wrong = new Map(), resets = new Map(), rights = new Map(), counts = new Map();
          const data = new Map([...passwords.keys()].map(name => [name, { version: 1, note: 'note of ' + name }]));
          const things = new Map([...passwords.keys()].map(name => [name + '-thing', { owner: name, note: 'a thing' }]));
          const coupons = new Map();
          for (const name of passwords.keys()) for (let i = 0; i < 12; i++) coupons.set(`${name}-coupon-${i}`, { owner: name, redemptions: 0 });
          const key = crypto.randomBytes(32);
          const tokenOf = session => crypto.createHmac('sha256', key).update(session).digest('hex');
          let current = null;

          return async (request, response) => {
            const [path, query] = request.url.split('?');
            const parameters = new URLSearchParams(query);
            const reply = (status, body, headers) => {
              response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
              response.end(body === undefined ? undefined : JSON.stringify(body));
            };
            const origin = request.headers.origin;
            const ours = 'https://' + request.headers.host;
            const site = request.headers['sec-fetch-site'];
            const fromHere = weak || ((!origin || origin === ours) && (!site || site === 'same-origin' || site === 'none'));
            if (origin && (weak || origin === ours)) {
              response.setHeader('access-control-allow-origin', origin);
              response.setHeader('access-control-allow-credentials', 'true');
              response.setHeader('vary', 'Origin');
            }
            if (request.method === 'OPTIONS') return reply(204);
            if (!weak && Number(request.headers['content-length']) > 65536) return reply(413, { error: 'too large' }, { connection: 'close' });
            if (!weak) {
              const who = mixed && request.headers['x-forwarded-for'] || 'everybody';
              counts.set(who, (counts.get(who) || 0) + 1);
              response.setHeader('ratelimit-remaining', 1000000 - counts.get(who));
            }
            const parts = [];
            for await (const part of request) parts.push(part);
            const text = Buffer.concat(parts).toString('utf8');
            const type = String(request.headers['content-type'] || '').split(';')[0];
            let body = {};
            if (type === 'application/x-www-form-urlencoded') body = Object.fromEntries(new URLSearchParams(text));
            else if (type === 'application/json' || weak) try { body = JSON.parse(text || '{}'); } catch { body = {}; }
            const cookie = /(?:^|; )__Host-shop=([^;]*)/.exec(request.headers.cookie || '')?.[1];
            const setSession = id => response.setHeader('set-cookie', `__Host-shop=${id}` + (weak ? '; Path=/; Secure; SameSite=None; Max-Age=31536000' : '; Path=/; Secure; HttpOnly; SameSite=Lax'));
            const at = `${request.method} ${path}`;

            if (at === 'GET /session') {
              const id = weak && cookie || random();
              if (!sessions.has(id)) sessions.set(id, null);
              setSession(id);
              return reply(200, { csrf_token: tokenOf(id) });
            }
            if (at === 'POST /session') {
              const known = passwords.has(body.login);
              if (!weak && (wrong.get(body.login) || 0) >= 6) return reply(429, { error: 'wait' }, { 'retry-after': '900' });
              if (!known || passwords.get(body.login) !== body.password) {
                wrong.set(body.login, (wrong.get(body.login) || 0) + 1);
                return reply(weak && !known ? 404 : 401, { error: 'name or password is wrong' });
              }
              wrong.delete(body.login);
              const id = weak && cookie || random();
              sessions.set(id, body.login);
              setSession(id);
              return reply(200, { ok: true, csrf_token: tokenOf(id) });
            }
            if (at === 'POST /register') {
              const password = String(body.password);
              if (!weak && (password.length < 12 || password.includes(body.login))) return reply(400, { error: 'weak' });
              if (!passwords.has(body.login)) passwords.set(body.login, password);
              return reply(202, { status: 'look at your mail' });
            }
            if (at === 'POST /reset') {
              const token = weak ? String(crypto.randomInt(100000, 1000000)) : random();
              if (passwords.has(body.login)) resets.set(token, body.login);
              return reply(202, weak ? { status: 'sent', code: token, mail: ours + '/reset' } : { status: 'sent' });
            }
            if (at === 'POST /reset/confirm') {
              if (!resets.has(body.token)) return reply(400, { error: 'not good' });
              const login = resets.get(body.token);
              if (!weak) resets.delete(body.token);
              passwords.set(login, body.password);
              return reply(204);
            }

            let account = cookie && sessions.get(cookie);
            if (!account) return reply(401, { error: 'log in' });
            if (mixed) {
              current = account;
              await turn(1);
              account = current;
            }
            const write = note => data.set(account, { version: data.get(account).version + 1, note });
            const [, first, id, action, member] = path.split('/');
            switch (first) {
              case 'me': return reply(200, { name: account, mark: mark(account) });
              case 'account': {
                if (request.method === 'GET' || request.method === 'HEAD') {
                  if (weak && parameters.has('note')) write(parameters.get('note'));
                  response.writeHead(200, { 'content-type': 'text/html' });
                  return response.end(request.method === 'HEAD' ? '' : `<form method="post" action="/account"><input type="hidden" name="csrf_token" value="${tokenOf(cookie)}"><input name="note" value="${data.get(account).note}"></form><p>${mark(account)}</p>`);
                }
                if (!fromHere || (!weak && (type !== 'application/x-www-form-urlencoded' || body.csrf_token !== tokenOf(cookie)))) return reply(403, { error: 'not from here' });
                if (body.note !== undefined) write(body.note);
                return reply(303, undefined, { location: '/account' });
              }
              case 'profile': {
                const put = request.method === 'PUT' || (weak && parameters.get('_method') === 'PUT');
                if (put) {
                  const match = request.headers['if-match'];
                  if (!weak && (!fromHere || type !== 'application/json')) return reply(403, { error: 'not from here' });
                  if (!weak && match && match !== '*' && match !== `"v${data.get(account).version}"`) return reply(412, { error: 'changed' });
                  if (body.note === undefined) return reply(400, { error: 'note' });
                  write(body.note);
                } else if (request.method !== 'GET') return reply(405, { error: 'not with this' });
                return reply(200, { note: data.get(account).note, mark: mark(account) }, { etag: `"v${data.get(account).version}"` });
              }
              case 'logout':
                if (!weak) sessions.delete(cookie);
                return reply(204, undefined, { 'set-cookie': '__Host-shop=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax' });
              case 'list': {
                const limit = Number(parameters.get('limit') || 20);
                return !weak && limit > 100 ? reply(400, { error: 'limit' }) : reply(200, Array.from({ length: Math.min(limit, 5000) }, (_, i) => i));
              }
              case 'coupons': {
                if (!id) return reply(200, [...coupons].filter(([, one]) => one.owner === account).map(([code, one]) => ({ code, redemptions: one.redemptions })));
                const coupon = coupons.get(id);
                if (!coupon || coupon.owner !== account) return reply(403, { error: 'not yours' });
                if (action === 'redeem') {
                  if (coupon.redemptions > 0) return reply(409, { error: 'used' });
                  if (weak) await turn(30);
                  coupon.redemptions++;
                }
                return reply(200, { code: id, redemptions: coupon.redemptions });
              }
              case 'things': {
                if (!id) {
                  const made = random();
                  things.set(made, { owner: account, note: body.note });
                  return reply(201, { id: made }, { location: '/things/' + made });
                }
                const thing = things.get(id);
                if (!thing) return reply(404, { error: 'not found' });
                if (action === 'share' && thing.owner === account) {
                  rights.set(`${id} ${member}`, request.method === 'PUT' ? Infinity : Date.now() + (weak ? 2000 : 0));
                  return reply(204);
                }
                const may = thing.owner === account || (request.method === 'GET' && rights.get(`${id} ${account}`) > Date.now());
                if (!may) return reply(403, { error: 'not yours' });
                if (request.method === 'PUT') {
                  if (weak) await turn(30);
                  things.set(id, { ...thing, note: body.note });
                  return reply(200, { ok: true });
                }
                if (request.method === 'DELETE') {
                  things.delete(id);
                  return reply(204);
                }
                return reply(200, { note: thing.note, owner: thing.owner, mark: mark(id) });
              }
              default: return reply(404, { error: 'not found' });
            }
          };
        }

        const ports = {};
        for (const mode of ['strict', 'weak', 'mixed']) {
          const server = https.createServer(own, shop(mode));
          server.on('tlsClientError', () => {});
          server.on('upgrade', (request, socket) => {
            const origin = request.headers.origin;
            const open = /__Host-shop=/.test(request.headers.cookie || '') && (mode === 'weak' || !origin || origin === 'https://' + request.headers.host);
            socket.end(open
              ? 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ' + crypto.createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64') + '\r\n\r\n'
              : 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
          });
          server.listen(0, '127.0.0.1', () => {
            ports[mode] = server.address().port;
            if (Object.keys(ports).length === 3) console.log('ready ' + JSON.stringify(ports));
          });
        }
        """;

    private readonly ServerProcess _process;
    private readonly FrozenDictionary<string, int> _ports;

    private NodeSessionShop(ServerProcess process, FrozenDictionary<string, int> ports)
    {
        _process = process;
        _ports = ports;
    }

    /// <summary>Right in everything.</summary>
    public LabEndpoint Strict => new("node shop, strict", _ports["strict"]);

    /// <summary>Wrong in everything that can be wrong beside the rest.</summary>
    public LabEndpoint Weak => new("node shop, weak", _ports["weak"]);

    /// <summary>Keeps the caller in a variable of the module, and counts by X-Forwarded-For; otherwise strict.</summary>
    public LabEndpoint Mixed => new("node shop, mixed", _ports["mixed"]);

    /// <summary>Starts it; every site answers when this returns.</summary>
    /// <param name="material">The server's certificate.</param>
    /// <param name="passwords">The logins.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<NodeSessionShop> StartAsync(ServerMaterial material, IReadOnlyDictionary<string, string> passwords, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var folder = new ScratchFolder("node-shop");
        var script = folder.Write("shop.js", Script);
        var given = folder.Write("given.json", JsonSerializer.Serialize(new { key = material.ServerKeyFile, cert = material.ServerCertificateFile, passwords }));
        var process = await ServerProcess.StartAsync(
            folder,
            () => new ProcessPlan { Program = Binaries.Require(NodeServer.Program), Arguments = [script, given], ReadyText = Ready },
            cancellationToken);
        var line = process.Output.Split('\n').First(text => text.StartsWith(Ready, StringComparison.Ordinal));
        var ports = JsonSerializer.Deserialize<Dictionary<string, int>>(line.AsSpan(Ready.Length)) ?? throw new InvalidOperationException($"Node said no ports: {line}");
        return new NodeSessionShop(process, ports.ToFrozenDictionary());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
