using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Remedies;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;

namespace Sallyport.Interop.Tests.Checks.Proxy;

/// <summary>nginx and HAProxy before a backend that believes headers: as they are usually written, and with the remedy that a finding prints.</summary>
public sealed class HeaderProxyTests(LabServers servers)
{
    private const string Rules = "PROXY-001 PROXY-002 PROXY-003";

    // What most configurations say, and all that they say.
    private const string Usual =
        """
        proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
        proxy_set_header X-SSL-Client-S-DN   $ssl_client_s_dn;
        """;

    [Fact]
    public Task Nginx_lets_headers_through_until_they_are_emptied()
    {
        Installed.Need(NginxServer.Program);
        Remedy remedy = RemedyProof.Of(Rules, ServerStack.Nginx);
        return HoldsAsync((port, backend, folder) => Nginx(folder, port, backend, $"{Usual}\n{remedy.Flaw}"), (port, backend, folder) => Nginx(folder, port, backend, remedy.Fix ?? ""));
    }

    [Fact]
    public Task HAProxy_lets_headers_through_until_they_are_deleted()
    {
        Installed.Need(HaproxyServer.Program);
        Remedy remedy = RemedyProof.Of(Rules, ServerStack.Haproxy);
        return HoldsAsync((port, backend, folder) => Haproxy(folder, port, backend, remedy.Flaw ?? ""), (port, backend, folder) => Haproxy(folder, port, backend, remedy.Fix ?? ""));
    }

    private Task HoldsAsync(Func<int, int, ScratchFolder, ProcessPlan> naked, Func<int, int, ScratchFolder, ProcessPlan> mended) =>
        RemedyProof.HoldsAsync(Rules, servers.Pki, cancellation => Site.StartAsync(naked, cancellation), cancellation => Site.StartAsync(mended, cancellation), static site => site.Place);

    private ProcessPlan Nginx(ScratchFolder folder, int port, int backend, string printed)
    {
        ServerMaterial material = servers.Pki.Material;
        string[] temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        string text =
            $$"""
            daemon off;
            worker_processes 1;
            pid {{Path.Combine(folder.Path, "nginx.pid")}};
            error_log stderr notice;
            events { worker_connections 512; }
            http {
              access_log off;
              {{string.Concat(temporary.Select(name => $"{name}_temp_path {Path.Combine(folder.Path, name)}; "))}}
              ssl_certificate {{material.ServerCertificateFile}};
              ssl_certificate_key {{material.ServerKeyFile}};
              ssl_client_certificate {{material.ClientCaFile}};
              upstream backend { server 127.0.0.1:{{backend}}; }
              server {
                listen 127.0.0.1:{{port}} ssl;
                server_name localhost;
                ssl_verify_client optional;
                location / {
            {{printed.Replace("https://backend", "http://backend", StringComparison.Ordinal)}}
                }
              }
            }
            """;
        return new()
        {
            Program = Binaries.Require(NginxServer.Program),
            Arguments = ["-p", folder.Path, "-c", folder.Write("nginx.conf", text), "-e", "stderr"],
            Ports = [port],
            ReadyText = "start worker process",
        };
    }

    private ProcessPlan Haproxy(ScratchFolder folder, int port, int backend, string printed)
    {
        ServerMaterial material = servers.Pki.Material;
        string server = folder.Write("server.pem", File.ReadAllText(material.ServerCertificateFile) + "\n" + File.ReadAllText(material.ServerKeyFile));
        string text =
            $"""
            global
              maxconn 300
            defaults
              mode http
              timeout client 30s
              timeout server 30s
              timeout connect 5s
            frontend outer
              bind 127.0.0.1:{port} ssl crt {server} ca-file {material.ClientCaFile} verify optional
            {printed}
              default_backend api
            backend api
              server api 127.0.0.1:{backend}

            """;
        return new() { Program = Binaries.Require(HaproxyServer.Program), Arguments = ["-db", "-f", folder.Write("haproxy.cfg", text)], Ports = [port] };
    }

    private sealed class Site(ServerProcess process, TrustingBackend backend, int port) : IAsyncDisposable
    {
        public LabEndpoint Place { get; } = new("a proxy before a trusting backend", port);

        public static async Task<Site> StartAsync(Func<int, int, ScratchFolder, ProcessPlan> plan, CancellationToken cancellationToken)
        {
            TrustingBackend backend = await TrustingBackend.StartAsync(cancellationToken);
            var folder = new ScratchFolder("proxy");
            int port = 0;
            ServerProcess process = await ServerProcess.StartAsync(
                folder,
                () =>
                {
                    port = FreePorts.Take(1)[0];
                    return plan(port, backend.Port, folder);
                },
                cancellationToken);
            return new(process, backend, port);
        }

        public async ValueTask DisposeAsync()
        {
            await process.DisposeAsync();
            await backend.DisposeAsync();
        }
    }
}
