using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>The remedies for HAProxy, written into the section they belong to as they are printed, before a backend of its own.</summary>
public sealed class HaproxyRemedyTests(LabServers servers)
{
    private const string Asking = "bind :443 ssl crt server.pem ca-file client-ca.pem verify required";
    private const string NotAsking = "bind :443 ssl crt server.pem";

    [Theory]
    [InlineData("MTLS-002 MTLS-003", "bind", "{ ssl_c_used } ")]
    [InlineData("MTLS-101 MTLS-102 MTLS-104", "bind", "")]
    [InlineData("MTLS-111", "bind", "")]
    [InlineData("MTLS-114", "global", "", Asking)]
    [InlineData("TLS-001", "global", null, NotAsking, "ssl-default-bind-ciphers ALL:@SECLEVEL=0\n  ssl-default-bind-options ssl-min-ver TLSv1.0")]
    [InlineData("TLS-003", "global", null, NotAsking)]
    [InlineData("ENC-002", "frontend", null, NotAsking)]
    [InlineData("DATA-004", "frontend", "", Asking, "http-response set-header Cache-Control \"public, max-age=600\"")]
    public Task The_remedy_takes_the_finding_away(string id, string section, string? rule, string bind = "", string? flaw = null)
    {
        Installed.Need(HaproxyServer.Program);
        Remedy remedy = RemedyProof.Of(id, ServerStack.Haproxy);
        ServerMaterial material = servers.Pki.Material;
        return RemedyProof.HoldsAsync(
            id,
            servers.Pki,
            cancellation => Site.StartAsync(material, section, bind, flaw ?? remedy.Flaw ?? "", rule, cancellation),
            cancellation => Site.StartAsync(material, section, bind, remedy.Fix ?? "", rule, cancellation),
            site => site.Place);
    }

    private sealed class Site(ServerProcess process, int port) : IAsyncDisposable
    {
        public LabEndpoint Place { get; } = new("haproxy with a remedy", port);

        public static async Task<Site> StartAsync(ServerMaterial material, string section, string bind, string lines, string? rule, CancellationToken cancellationToken)
        {
            var folder = new ScratchFolder("haproxy");
            string server = folder.Write("server.pem", $"{await File.ReadAllTextAsync(material.ServerCertificateFile, cancellationToken)}\n{await File.ReadAllTextAsync(material.ServerKeyFile, cancellationToken)}");
            int port = 0;
            ServerProcess process = await ServerProcess.StartAsync(
                folder,
                () =>
                {
                    (port, int inner) = FreePorts.Take(2) is [var outer, var second] ? (outer, second) : default;
                    string Printed(string where) => ((section == where ? lines : "") + (where == "bind" ? bind : ""))
                        .Replace(":443", $"127.0.0.1:{port}", StringComparison.Ordinal)
                        .Replace("server.pem", server, StringComparison.Ordinal)
                        .Replace("client-ca.pem", material.ClientCaFile, StringComparison.Ordinal)
                        .Replace("client-ca.crl.pem", material.ClientCrlFile, StringComparison.Ordinal);
                    return new ProcessPlan
                    {
                        Program = Binaries.Require(HaproxyServer.Program),
                        Arguments = ["-db", "-f", folder.Write("haproxy.cfg", Configuration(Printed("global"), Printed("bind"), Printed("frontend"), rule, inner))],
                        Ports = [port, inner],
                    };
                },
                cancellationToken);
            return new(process, port);
        }

        public ValueTask DisposeAsync() => process.DisposeAsync();

        private static string Configuration(string global, string bind, string frontend, string? rule, int inner)
        {
            var text = new StringBuilder();
            text.AppendLine(
                $"""
                global
                  maxconn 300
                  {Indented(global)}
                defaults
                  mode http
                  timeout client 30s
                  timeout server 30s
                  timeout connect 5s
                frontend outer
                  {Indented(bind)}
                """);
            if (rule is not null)
            {
                foreach (string user in LabApi.Users)
                {
                    text.AppendLine($"  http-request deny deny_status 403 if {{ path /profiles/{user} /reports/{user} }} {rule}!{{ ssl_c_s_dn(cn) -m str {user} }}");
                }
            }

            text.AppendLine($"  {Indented(frontend)}\n  default_backend api\nbackend api\n  server api 127.0.0.1:{inner}\nfrontend inner\n  bind 127.0.0.1:{inner}");
            foreach (string user in LabApi.Users)
            {
                text.AppendLine($"  http-request return status 200 content-type application/json string '{LabApi.Profile(user)}' if {{ path /profiles/{user} }}");
                text.AppendLine($"  http-request return status 200 content-type application/json string '{LabApi.Report(user)}' if {{ path /reports/{user} }}");
            }

            return text.AppendLine("  http-request return status 404 content-type application/json string '{}'").ToString();
        }

        private static string Indented(string lines) => string.Join("\n  ", lines.Split('\n').Select(static line => line.Trim()));
    }
}
