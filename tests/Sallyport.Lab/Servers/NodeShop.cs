using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>A shop written for Node: certificate by the handshake, account by its CN and a bearer token together. One port for each thing that can be wrong.</summary>
public sealed class NodeShop : IAsyncDisposable
{
    private const string Ready = "ready ";

    private const string Script =
        """
        'use strict';
        const fs = require('fs');
        const https = require('https');
        const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
        const read = name => fs.readFileSync(given[name]);
        const flaws = ['strict', 'owner', 'nested', 'query', 'list', 'role', 'exists', 'hash', 'undeclared', 'write', 'patch', 'assign', 'garbage'];

        function shop(flaw) {
          const accounts = {};
          const orders = {};
          for (const [name, id, role] of [['alice', 17, 'customer'], ['bob', 18, 'customer'], ['root', 19, 'admin']]) {
            accounts[name] = { name, email: name + '@example.test', note: 'plain', role, balance: 10 };
            orders[id] = { id, owner: name, item: 'tea', mark: 'order-of-' + name + '-7f3a' };
          }
          orders[20] = { id: 20, owner: 'alice', item: 'cups', mark: 'second-of-alice-91c2' };
          return (request, response, body) => {
            const reply = (status, value) => {
              response.writeHead(status, { 'content-type': 'application/json' });
              response.end(request.method === 'HEAD' ? undefined : JSON.stringify(value));
            };
            const url = new URL(request.url, 'https://localhost');
            const path = url.pathname.split('/').filter(part => part);
            if (url.pathname === '/health') return reply(200, { status: 'ok' });
            const certified = request.socket.authorized ? request.socket.getPeerCertificate().subject.CN : '';
            const bearer = request.headers.authorization || '';
            const who = bearer === 'Bearer ' + certified + 's-own-token' ? certified : flaw === 'garbage' && bearer ? certified : null;
            if (!who || !accounts[who]) return reply(401, { error: 'who are you' });
            const admin = accounts[who].role === 'admin';
            const shown = name => ({ ...accounts[name], ...(flaw === 'hash' ? { passwordHash: '$2b$12$abcdefghijklmnopqrstuv' } : {}), ...(flaw === 'undeclared' ? { department: 'sales' } : {}) });
            const order = (id, anyones) => orders[id] && (anyones || admin || orders[id].owner === who) ? orders[id] : null;
            const missing = id => reply(admin || (flaw === 'exists' && !orders[id]) ? 404 : 403, { error: 'not yours' });
            const verb = request.method + ' ' + path[0] + (path.length > 1 ? ' ' + path.length : '');
            switch (verb) {
              case 'GET profiles 2':
                return path[1] === who || admin ? accounts[path[1]] ? reply(200, shown(path[1])) : reply(404, { error: 'not found' }) : reply(403, { error: 'not yours' });
              case 'PUT profiles 2':
              case 'PATCH profiles 2': {
                const free = flaw === 'write' || (flaw === 'patch' && request.method === 'PATCH');
                if (path[1] !== who && !free) return reply(403, { error: 'not yours' });
                const sent = JSON.parse(body || '{}');
                const allowed = flaw === 'assign' ? ['email', 'note', 'role', 'balance'] : ['email', 'note'];
                if (flaw !== 'assign' && Object.keys(sent).some(name => !allowed.includes(name))) return reply(400, { error: 'unknown member' });
                for (const name of allowed) if (name in sent) accounts[path[1]][name] = sent[name];
                return reply(200, shown(path[1]));
              }
              case 'GET me': {
                const named = url.searchParams.get('user_id');
                return reply(200, shown(flaw === 'query' && accounts[named] ? named : who));
              }
              case 'GET orders': return reply(200, Object.values(orders).filter(one => flaw === 'list' || one.owner === who));
              case 'GET orders 2': return order(path[1], flaw === 'owner') ? reply(200, order(path[1], true)) : missing(path[1]);
              case 'GET orders 4': {
                if (!order(path[1], false)) return missing(path[1]);
                if (flaw !== 'nested' && path[3] !== path[1]) return reply(403, { error: 'not yours' });
                return order(path[3], true) ? reply(200, { line: path[3], text: 'line with ' + orders[path[3]].mark }) : missing(path[3]);
              }
              case 'GET audit': return admin ? reply(200, { lines: ['audit-line-1x', 'audit-line-2x'] }) : reply(403, { error: 'no' });
              case 'GET admin 2':
                return path[1] !== 'accounts' ? reply(404, { error: 'not found' }) : admin || flaw === 'role' ? reply(200, Object.values(accounts).map(one => ({ name: one.name, role: one.role, mark: 'only-administrators-42' }))) : reply(403, { error: 'no' });
              default: return reply(404, { error: 'not found' });
            }
          };
        }

        const ports = {};
        for (const flaw of flaws) {
          const answer = shop(flaw);
          const server = https.createServer({ key: read('key'), cert: read('cert'), ca: read('ca'), requestCert: true, rejectUnauthorized: true }, (request, response) => {
            let body = '';
            request.on('data', part => { body += part; });
            request.on('end', () => answer(request, response, body));
          });
          server.on('tlsClientError', () => {});
          server.listen(0, '127.0.0.1', () => {
            ports[flaw] = server.address().port;
            if (Object.keys(ports).length === flaws.length) console.log('ready ' + JSON.stringify(ports));
          });
        }
        """;

    private readonly ServerProcess _process;
    private readonly FrozenDictionary<string, int> _ports;

    private NodeShop(ServerProcess process, FrozenDictionary<string, int> ports) => (_process, _ports) = (process, ports);

    /// <summary>The shop with one flaw; <c>strict</c> has none.</summary>
    /// <param name="flaw">The flaw.</param>
    public LabEndpoint this[string flaw] => new("node shop, " + flaw, _ports[flaw]);

    /// <summary>Starts all of them; every one answers when this returns.</summary>
    public static async Task<NodeShop> StartAsync(ServerMaterial material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var folder = new ScratchFolder("node-shop");
        var script = folder.Write("server.js", Script);
        var given = folder.Write("given.json", JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["key"] = material.ServerKeyFile,
            ["cert"] = material.ServerCertificateFile,
            ["ca"] = material.ClientCaFile,
        }));
        var process = await ServerProcess.StartAsync(
            folder, () => new ProcessPlan { Program = Binaries.Require(NodeServer.Program), Arguments = [script, given], ReadyText = Ready }, cancellationToken);
        var line = process.Output.Split('\n').First(text => text.StartsWith(Ready, StringComparison.Ordinal));
        var ports = JsonSerializer.Deserialize<Dictionary<string, int>>(line.AsSpan(Ready.Length)) ?? throw new InvalidOperationException($"Node said no ports: {line}");
        return new NodeShop(process, ports.ToFrozenDictionary());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
