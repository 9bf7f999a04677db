using System;
using System.Collections.Immutable;
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

/// <summary>The remedies for nginx, written into a server block as they are printed.</summary>
public sealed class NginxRemedyTests(LabServers servers)
{
    private const string Owner = "if ($owner = \"no\") { return 403 '{\"error\":\"not yours\"}'; }";
    private const string OwnerIfAny = "if ($owner_or_anonymous = \"no\") { return 403 '{\"error\":\"not yours\"}'; }";

    [Theory]
    [InlineData("MTLS-002 MTLS-003", OwnerIfAny)]
    [InlineData("MTLS-101 MTLS-102", Owner)]
    [InlineData("MTLS-111", Owner)]
    [InlineData("MTLS-114", Owner, "ssl_verify_client on;")]
    [InlineData("TLS-001", "", "ssl_ciphers ALL:@SECLEVEL=0;")]
    [InlineData("TLS-003", "")]
    [InlineData("ENC-002", "")]
    [InlineData("DATA-004", Owner, "ssl_verify_client on;", "add_header Cache-Control \"public, max-age=600\";")]
    public Task The_remedy_takes_the_finding_away(string id, string rule, string around = "", string? flaw = null)
    {
        Installed.Need(NginxServer.Program);
        Remedy remedy = RemedyProof.Of(id, ServerStack.Nginx);
        ServerMaterial material = servers.Pki.Material;
        return RemedyProof.HoldsAsync(
            id,
            servers.Pki,
            cancellation => Site.StartAsync(material, around, flaw ?? remedy.Flaw ?? "", rule, cancellation),
            cancellation => Site.StartAsync(material, around, remedy.Fix ?? "", rule, cancellation),
            site => site.Place);
    }

    private sealed class Site(ServerProcess process, int port) : IAsyncDisposable
    {
        public LabEndpoint Place { get; } = new("nginx with a remedy", port);

        public static async Task<Site> StartAsync(ServerMaterial material, string around, string directives, string rule, CancellationToken cancellationToken)
        {
            var folder = new ScratchFolder("nginx");
            int port = 0;
            ServerProcess process = await ServerProcess.StartAsync(
                folder,
                () =>
                {
                    port = FreePorts.Take(1)[0];
                    return new ProcessPlan
                    {
                        Program = Binaries.Require(NginxServer.Program),
                        Arguments = ["-p", folder.Path, "-c", folder.Write("nginx.conf", Configuration(folder.Path, material, around, directives, rule, port)), "-e", "stderr"],
                        Ports = [port],
                        ReadyText = "start worker process",
                    };
                },
                cancellationToken);
            return new(process, port);
        }

        public ValueTask DisposeAsync() => process.DisposeAsync();

        private static string Configuration(string folder, ServerMaterial material, string around, string directives, string rule, int port)
        {
            string printed = directives
                .Replace("/etc/nginx/client-ca.pem", material.ClientCaFile, StringComparison.Ordinal)
                .Replace("/etc/nginx/client-ca.crl.pem", material.ClientCrlFile, StringComparison.Ordinal);
            ImmutableArray<string> temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
            var text = new StringBuilder();
            text.AppendLine(
                $$"""
                daemon off;
                worker_processes 1;
                pid {{Path.Combine(folder, "nginx.pid")}};
                error_log stderr notice;
                events { worker_connections 512; }
                http {
                  access_log off;
                  server_tokens off;
                  default_type application/json;
                  {{string.Concat(temporary.Select(name => $"{name}_temp_path {Path.Combine(folder, name)}; "))}}
                  ssl_certificate {{material.ServerCertificateFile}};
                  ssl_certificate_key {{material.ServerKeyFile}};
                  ssl_client_certificate {{material.ClientCaFile}};
                  {{around}}
                  map $ssl_client_s_dn $who { default ""; {{string.Concat(LabApi.Users.Select(user => $"\"~(^|,)CN={user}(,|$)\" {user}; "))}} }
                  map "$who:$uri" $owner { default no; {{string.Concat(LabApi.Users.Select(user => $"\"~^{user}:/(profiles|reports)/{user}$\" yes; "))}} }
                  map "$ssl_client_s_dn:$owner" $owner_or_anonymous { default no; "~^:" yes; "~:yes$" yes; }
                  server {
                    listen 127.0.0.1:{{port}} ssl http2;
                    server_name localhost;
                    {{printed}}
                """);
            foreach (string user in LabApi.Users)
            {
                text.AppendLine($"    location = /profiles/{user} {{ {rule} return 200 '{LabApi.Profile(user)}'; }}");
                text.AppendLine($"    location = /reports/{user} {{ {rule} return 200 '{LabApi.Report(user)}'; }}");
            }

            return text.AppendLine("    location / { return 404 '{}'; }\n  }\n}").ToString();
        }
    }
}
