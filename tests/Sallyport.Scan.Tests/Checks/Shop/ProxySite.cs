using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>nginx or HAProxy before a shop that trusts nobody but asks nothing either; the printed lines stand where they belong.</summary>
internal sealed class ProxySite : IAsyncDisposable
{
    private readonly ServerProcess _process;

    private ProxySite(ServerProcess process, int port)
    {
        _process = process;
        Endpoint = new("a proxy before the weak shop", port);
    }

    /// <summary>Where it listens.</summary>
    public LabEndpoint Endpoint { get; }

    /// <summary>Starts it.</summary>
    /// <param name="stack">nginx or HAProxy.</param>
    /// <param name="material">Certificates.</param>
    /// <param name="backend">The shop's port.</param>
    /// <param name="printed">What findings print.</param>
    /// <param name="own">What a reader replaces by what is his own, beside addresses and the path of the login.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<ProxySite> StartAsync(ServerStack stack, ServerMaterial material, int backend, ImmutableArray<string> printed, IReadOnlyDictionary<string, string> own, CancellationToken cancellationToken)
    {
        var folder = new ScratchFolder("proxy");
        int port = 0;
        ServerProcess process = await ServerProcess.StartAsync(
            folder,
            () =>
            {
                port = FreePorts.Take(1)[0];

                ImmutableArray<string> lines = [.. printed.Select(text => Own(text, port, own))];
                return stack == ServerStack.Nginx ? Nginx(folder, material, port, backend, lines) : Haproxy(folder, material, port, backend, lines);
            },
            cancellationToken);
        return new(process, port);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Own(string text, int port, IReadOnlyDictionary<string, string> own)
    {
        text = own.Aggregate(text, static (all, one) => all.Replace(one.Key, one.Value, StringComparison.Ordinal));
        return Regex.Replace(text, @"https://(?:api|app)\\?\.example\\?\.com", $"https://localhost:{port}").Replace("Host api.example.com", $"Host localhost:{port}", StringComparison.Ordinal).Replace("/login", "/session", StringComparison.Ordinal);
    }

    private static ProcessPlan Nginx(ScratchFolder folder, ServerMaterial material, int port, int backend, ImmutableArray<string> printed)
    {
        string[] temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

        // A server that is printed is the one that is there.
        ILookup<bool, string> parts = printed
            .Select(static text => Regex.Replace(text, @"^server \{\n(?<inside>(?s:.*?))\n\}$", "${inside}", RegexOptions.Multiline | RegexOptions.ExplicitCapture))
            .SelectMany(text => NginxText.Statements(text.Replace("listen 443", $"listen 127.0.0.1:{port}", StringComparison.Ordinal)))
            .ToLookup(NginxText.IsBesideServers);
        string inside = Regex.Replace(string.Join('\n', parts[false].Where(static one => !one.TrimStart().StartsWith("proxy_pass ", StringComparison.Ordinal))), "http://(?:app|backend)", "https://backend");
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
              map $ssl_client_s_dn $cn { default ""; "~(?:^|,)CN=(?<name>[^,]+)" $name; }
            {{string.Join('\n', parts[true])}}
              server {
                listen 127.0.0.1:{{port}} ssl;
                server_name localhost;
                ssl_verify_client on;
                proxy_set_header Host $http_host;
                proxy_set_header X-Client-CN $cn;
            {{inside}}
                {{(inside.Contains("location / ", StringComparison.Ordinal) ? "" : "location / { proxy_pass https://backend; }")}}
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

    private static ProcessPlan Haproxy(ScratchFolder folder, ServerMaterial material, int port, int backend, ImmutableArray<string> printed)
    {
        // A frontend that is printed is the one that is there; where it leads to is known.
        ILookup<bool, string> sections = printed.SelectMany(static text => Regex.Split(text, "^(?=frontend |backend )", RegexOptions.Multiline))
            .ToLookup(static part => part.StartsWith("backend ", StringComparison.Ordinal), static part => Regex.Replace(part, "^(?:frontend|default_backend|use_backend) .*$", "", RegexOptions.Multiline));
        string? bind = sections[false].SelectMany(static part => part.Split('\n')).LastOrDefault(static line => line.StartsWith("bind ", StringComparison.Ordinal));
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
              {(bind ?? "bind :443 ssl crt server.pem ca-file clients.pem verify required").Replace(":443", $"127.0.0.1:{port}", StringComparison.Ordinal).Replace("server.pem", server, StringComparison.Ordinal).Replace("clients.pem", material.ClientCaFile, StringComparison.Ordinal)}
              http-request set-header X-Client-CN %[ssl_c_s_dn(cn)]
            {string.Join('\n', sections[false].SelectMany(static part => part.Split('\n')).Where(static line => !line.StartsWith("bind ", StringComparison.Ordinal)))}
              default_backend api
            backend api
              server api 127.0.0.1:{backend} ssl verify none
            {string.Join('\n', sections[true])}

            """;
        return new() { Program = Binaries.Require(HaproxyServer.Program), Arguments = ["-db", "-f", folder.Write("haproxy.cfg", text)], Ports = [port] };
    }
}
