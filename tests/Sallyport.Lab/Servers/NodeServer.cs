using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>One Node with an https server per way of asking for client certificates, each on a port of its own. HTTP/1.1.</summary>
/// <remarks>Accounts are found by the CN of the subject.</remarks>
public sealed class NodeServer : IAsyncDisposable
{
    /// <summary>The program, for <see cref="Binaries"/>.</summary>
    public const string Program = "node";

    private const string Ready = "ready ";

    private const string Script =
        """
        'use strict';
        const fs = require('fs');
        const https = require('https');
        const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
        const read = name => fs.readFileSync(given[name]);
        const own = { key: read('key'), cert: read('cert') };

        function answer(rule) {
          return (request, response) => {
            const reply = (status, body) => {
              response.writeHead(status, { 'content-type': 'application/json' });
              response.end(body);
            };
            const socket = request.socket;
            const certificate = socket.getPeerCertificate ? socket.getPeerCertificate() : {};
            const who = certificate && certificate.subject ? String(certificate.subject.CN) : '';
            const path = request.url;
            const host = String(request.headers.host || '').split(':')[0];
            if (request.method !== 'GET') return reply(405, '{"error":"only GET"}');
            if (path === '/public') return reply(200, given.public);
            if (path === '/whoami') return reply(200, JSON.stringify({ subject: who, authorized: socket.authorized }));
            if (path === '/shared') {
              return rule.admits(who, socket) ? reply(200, given.shared[host] || given.shared.localhost) : reply(401, '{"error":"no certificate"}');
            }
            const body = Object.hasOwn(given.documents, path) ? given.documents[path] : undefined;
            if (!body) return reply(404, '{"error":"not found"}');
            const owner = path.split('/')[2];
            return rule.admits(who, socket) && rule.owns(who, owner) ? reply(200, body) : reply(403, '{"error":"not yours"}');
          };
        }

        const owns = (who, owner) => who === owner || who === 'root';
        const right = { admits: (who, socket) => socket.authorized && who !== '', owns };
        const open = { admits: () => true, owns: () => true };
        const optional = { admits: (who, socket) => who === '' || socket.authorized, owns: (who, owner) => who === '' || owns(who, owner) };
        const wrong = { admits: who => who !== '', owns };
        const ca = read('ca');
        const other = read('other');
        const servers = {
          off: https.createServer(own, answer(open)),
          optional: https.createServer({ ...own, ca, requestCert: true, rejectUnauthorized: false }, answer(optional)),
          right: https.createServer({ ...own, ca, requestCert: true, rejectUnauthorized: true }, answer(right)),
          wrong: https.createServer({ ...own, ca, requestCert: true, rejectUnauthorized: false }, answer(wrong)),
          names: https.createServer({ ...own, ca: other, requestCert: true, rejectUnauthorized: true }, answer(right)),
        };
        servers.names.addContext(given.publicHost, { ...own, ca: other });
        servers.names.addContext(given.secretHost, { ...own, ca });
        const ports = {};
        for (const [name, server] of Object.entries(servers)) {
          server.on('tlsClientError', () => {});
          server.listen(0, '127.0.0.1', () => {
            ports[name] = server.address().port;
            if (Object.keys(ports).length === Object.keys(servers).length) console.log('ready ' + JSON.stringify(ports));
          });
        }
        """;

    private readonly ServerProcess _process;
    private readonly FrozenDictionary<string, int> _ports;

    private NodeServer(ServerProcess process, FrozenDictionary<string, int> ports)
    {
        _process = process;
        _ports = ports;
    }

    /// <summary>No requestCert: nobody is asked, everything is served.</summary>
    public LabEndpoint Off => new("node off", _ports["off"]);

    /// <summary>requestCert with rejectUnauthorized false; a bad certificate is refused by the code, none is served.</summary>
    public LabEndpoint Optional => new("node optional", _ports["optional"]);

    /// <summary>requestCert with rejectUnauthorized true.</summary>
    public LabEndpoint Right => new("node right", _ports["right"]);

    /// <summary>requestCert with rejectUnauthorized false, and the code never reads `authorized`: every self-signed alice is alice.</summary>
    public LabEndpoint Wrong => new("node wrong", _ports["wrong"]);

    /// <summary>addContext per name: public.test trusts the second client CA, secret.test the first. This is public.test.</summary>
    /// <remarks>Node compares neither Host nor a ticket with the name of the handshake.</remarks>
    public LabEndpoint PublicName => new("node two names", _ports["names"], LabApi.PublicHost);

    /// <summary>The other name of <see cref="PublicName"/>.</summary>
    public LabEndpoint SecretName => PublicName.Named(LabApi.SecretHost);

    /// <summary>What it has printed, for diagnosis.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it; every site answers when this returns.</summary>
    public static async Task<NodeServer> StartAsync(ServerMaterial material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var folder = new ScratchFolder("node");
        var script = folder.Write("server.js", Script);
        var given = folder.Write("given.json", Given(material));
        var process = await ServerProcess.StartAsync(
            folder,
            () => new ProcessPlan
            {
                Program = Binaries.Require(Program),
                Arguments = [script, given],
                ReadyText = Ready,
            },
            cancellationToken);
        var line = process.Output.Split('\n').First(text => text.StartsWith(Ready, StringComparison.Ordinal));
        var ports = JsonSerializer.Deserialize<Dictionary<string, int>>(line.AsSpan(Ready.Length))
            ?? throw new InvalidOperationException($"Node said no ports: {line}");
        return new NodeServer(process, ports.ToFrozenDictionary());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Given(ServerMaterial material)
    {
        var documents = LabApi.Users.Select(user => ($"/profiles/{user}", LabApi.Profile(user)))
            .Concat(LabApi.Users.Select(user => ($"/reports/{user}", LabApi.Report(user))))
            .ToDictionary(row => row.Item1, row => row.Item2);
        string[] hosts = ["localhost", LabApi.PublicHost, LabApi.SecretHost];
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["key"] = material.ServerKeyFile,
            ["cert"] = material.ServerCertificateFile,
            ["ca"] = material.ClientCaFile,
            ["other"] = material.OtherClientCaFile,
            ["public"] = LabApi.PublicBody,
            ["publicHost"] = LabApi.PublicHost,
            ["secretHost"] = LabApi.SecretHost,
            ["shared"] = hosts.ToDictionary(host => host, LabApi.Shared),
            ["documents"] = documents,
        });
    }
}
