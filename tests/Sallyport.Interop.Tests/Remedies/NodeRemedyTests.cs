using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>The remedies for Node, run as they are printed.</summary>
public sealed class NodeRemedyTests(LabServers servers)
{
    private const string Ready = "ready ";

    private const string Script =
        """
        'use strict';
        const fs = require('fs');
        const https = require('https');
        const given = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
        const [key, cert, ca, crl] = ['key', 'cert', 'ca', 'crl'].map(name => fs.readFileSync(given[name]));
        const clientCa = ca;
        const app = (request, response) => {
          const shown = request.socket.getPeerCertificate();
          const who = shown && shown.subject ? String(shown.subject.CN) : '';
          const body = Object.hasOwn(given.documents, request.url) ? given.documents[request.url] : undefined;
          const owner = request.url.split('/')[2];
          const status = !body ? 404 : given.open || (given.anonymous && who === '') || who === owner ? 200 : 403;
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(status === 200 ? body : '{}');
        };
        SERVER
        server.on('tlsClientError', () => {});
        server.listen(0, '127.0.0.1', () => console.log('ready ' + server.address().port));
        """;

    [Theory]
    [InlineData("MTLS-002 MTLS-003", "anonymous")]
    [InlineData("MTLS-101 MTLS-102 MTLS-104", "owner")]
    [InlineData("MTLS-107", "owner")]
    [InlineData("MTLS-111", "owner")]
    [InlineData("MTLS-114", "owner")]
    [InlineData("TLS-003", "open")]
    public Task The_remedy_takes_the_finding_away(string id, string rule)
    {
        Installed.Need(NodeServer.Program);
        Remedy remedy = RemedyProof.Of(id, ServerStack.Node);
        // What is added to a server that is there already stands behind the one without it.
        string flaw = $"const server = {remedy.Flaw};";
        string fix = remedy.Fix?.StartsWith("server.", StringComparison.Ordinal) == true ? $"{flaw}\n{remedy.Fix}" : $"const server = {remedy.Fix};";
        return RemedyProof.HoldsAsync(id, servers.Pki, cancellation => Site.StartAsync(servers.Pki.Material, flaw, rule, cancellation), cancellation => Site.StartAsync(servers.Pki.Material, fix, rule, cancellation), site => site.Place);
    }

    private sealed class Site(ServerProcess process, int port) : IAsyncDisposable
    {
        public LabEndpoint Place { get; } = new("node with a remedy", port);

        public static async Task<Site> StartAsync(ServerMaterial material, string server, string rule, CancellationToken cancellationToken)
        {
            var folder = new ScratchFolder("node");
            string script = folder.Write("server.js", Script.Replace("SERVER", server, StringComparison.Ordinal));
            string given = folder.Write("given.json", JsonSerializer.Serialize(new
            {
                key = material.ServerKeyFile,
                cert = material.ServerCertificateFile,
                ca = material.ClientCaFile,
                crl = material.ClientCrlFile,
                open = rule == "open",
                anonymous = rule == "anonymous",
                documents = LabApi.Users.SelectMany(user => new[] { ($"/profiles/{user}", LabApi.Profile(user)), ($"/reports/{user}", LabApi.Report(user)) }).ToDictionary(one => one.Item1, one => one.Item2),
            }));
            ServerProcess process = await ServerProcess.StartAsync(folder, () => new ProcessPlan { Program = Binaries.Require(NodeServer.Program), Arguments = [script, given], ReadyText = Ready }, cancellationToken);
            string line = process.Output.Split('\n').First(static text => text.StartsWith(Ready, StringComparison.Ordinal));
            return new(process, int.Parse(line.AsSpan(Ready.Length), System.Globalization.CultureInfo.InvariantCulture));
        }

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
