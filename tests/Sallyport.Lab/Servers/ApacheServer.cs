using System;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>One Apache httpd with a site per way of asking for client certificates, each on a port of its own. HTTP/1.1.</summary>
/// <remarks>Accounts are found by the CN of the subject. A certificate that does not verify ends the handshake with an alert.</remarks>
public sealed class ApacheServer : IAsyncDisposable
{
    /// <summary>The program, for <see cref="Binaries"/>.</summary>
    public const string Program = "apache2";

    private const string Modules = "/usr/lib/apache2/modules";

    private readonly ServerProcess _process;
    private readonly ImmutableArray<int> _ports;

    private ApacheServer(ServerProcess process, ImmutableArray<int> ports)
    {
        _process = process;
        _ports = ports;
    }

    private enum Rule
    {
        Anyone,
        OwnerIfAny,
        Owner,
        OwnerAskedLater,
    }

    /// <summary>SSLVerifyClient none: nobody is asked, everything is served.</summary>
    public LabEndpoint None => new("apache none", _ports[0]);

    /// <summary>SSLVerifyClient optional, and those without a certificate are served as well.</summary>
    public LabEndpoint Optional => new("apache optional", _ports[1]);

    /// <summary>SSLVerifyClient require, no CRL: a revoked certificate is served.</summary>
    public LabEndpoint Required => new("apache require", _ports[2]);

    /// <summary>SSLVerifyClient require with SSLCARevocationFile.</summary>
    public LabEndpoint RequiredWithCrl => new("apache require with CRL", _ports[3]);

    /// <summary>
    /// SSLVerifyClient require below /profiles/, /reports/ and /shared only: by renegotiation (TLS 1.2) or post-handshake
    /// authentication (TLS 1.3; 403 to clients that did not offer it).
    /// </summary>
    public LabEndpoint PerLocation => new("apache per location", _ports[4]);

    /// <summary>Two names on one port: public.test trusts the second client CA, secret.test the first. This is public.test.</summary>
    public LabEndpoint PublicName => new("apache two names", _ports[5], LabApi.PublicHost);

    /// <summary>The other name of <see cref="PublicName"/>.</summary>
    public LabEndpoint SecretName => PublicName.Named(LabApi.SecretHost);

    /// <summary>What it has printed, for diagnosis.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it; every site answers when this returns.</summary>
    public static async Task<ApacheServer> StartAsync(ServerMaterial material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        // It gives up root and then reads the documents.
        var folder = new ScratchFolder("apache", readableByAll: true);
        foreach (var host in (string[])["localhost", LabApi.PublicHost, LabApi.SecretHost])
        {
            Documents(folder, host);
        }

        ImmutableArray<int> ports = [];
        var process = await ServerProcess.StartAsync(
            folder,
            () =>
            {
                ports = FreePorts.Take(6);
                return new ProcessPlan
                {
                    Program = Binaries.Require(Program),
                    Arguments = ["-D", "FOREGROUND", "-f", folder.Write("httpd.conf", Configuration(folder.Path, material, ports))],
                    Ports = ports,
                    ReadyText = "resuming normal operations",
                };
            },
            cancellationToken);
        return new ApacheServer(process, ports);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static void Documents(ScratchFolder folder, string host)
    {
        folder.Write(Path.Combine(host, "public"), LabApi.PublicBody);
        folder.Write(Path.Combine(host, "shared"), LabApi.Shared(host));
        folder.Write(
            Path.Combine(host, "whoami"),
            """{"subject":"<!--#echo var="SSL_CLIENT_S_DN" -->","verify":"<!--#echo var="SSL_CLIENT_VERIFY" -->"}""");
        foreach (var user in LabApi.Users)
        {
            folder.Write(Path.Combine(host, "profiles", user), LabApi.Profile(user));
            folder.Write(Path.Combine(host, "reports", user), LabApi.Report(user));
        }
    }

    private static string Configuration(string folder, ServerMaterial material, ImmutableArray<int> ports)
    {
        var text = new StringBuilder();
        foreach (var module in (string[])["mpm_event", "authz_core", "ssl", "socache_shmcb", "include"])
        {
            text.AppendLine($"LoadModule {module}_module {Path.Combine(Modules, $"mod_{module}.so")}");
        }

        text.AppendLine(
            $"""
            ServerRoot {folder}
            ServerName localhost
            ServerTokens Prod
            PidFile {Path.Combine(folder, "httpd.pid")}
            Mutex file:{folder} default
            ErrorLog /dev/stderr
            LogLevel notice
            User www-data
            Group www-data
            StartServers 1
            ServerLimit 2
            ThreadsPerChild 32
            MaxRequestWorkers 64
            SSLSessionCache shmcb:{Path.Combine(folder, "sessions")}(512000)
            SSLProtocol -all +TLSv1.2 +TLSv1.3
            <Directory {folder}>
              ForceType application/json
              Options +Includes
            </Directory>
            <Location "/whoami">
              SSLOptions +StdEnvVars
              SetOutputFilter INCLUDES
            </Location>
            """);
        foreach (var port in ports)
        {
            text.AppendLine($"Listen 127.0.0.1:{port}");
        }

        var clients = $"SSLCACertificateFile {material.ClientCaFile}";
        var others = $"SSLCACertificateFile {material.OtherClientCaFile}";
        var crl = $"SSLCARevocationFile {material.ClientCrlFile}\n  SSLCARevocationCheck leaf no_crl_for_cert_ok";
        Site(text, material, folder, ports[0], "SSLVerifyClient none", Rule.Anyone);
        Site(text, material, folder, ports[1], $"{clients}\n  SSLVerifyClient optional", Rule.OwnerIfAny);
        Site(text, material, folder, ports[2], $"{clients}\n  SSLVerifyClient require", Rule.Owner);
        Site(text, material, folder, ports[3], $"{clients}\n  {crl}\n  SSLVerifyClient require", Rule.Owner);
        Site(text, material, folder, ports[4], $"{clients}\n  SSLVerifyClient none", Rule.OwnerAskedLater);
        Site(text, material, folder, ports[5], $"{others}\n  SSLVerifyClient require", Rule.Owner, LabApi.PublicHost);
        Site(text, material, folder, ports[5], $"{clients}\n  SSLVerifyClient require", Rule.Owner, LabApi.SecretHost);
        return text.ToString();
    }

    private static void Site(
        StringBuilder text, ServerMaterial material, string folder, int port, string asking, Rule rule, string host = "localhost")
    {
        text.AppendLine(
            $"""
            <VirtualHost 127.0.0.1:{port}>
              ServerName {host}
              DocumentRoot {Path.Combine(folder, host)}
              SSLEngine on
              SSLCertificateFile {material.ServerCertificateFile}
              SSLCertificateKeyFile {material.ServerKeyFile}
              SSLVerifyDepth 3
              {asking}
            """);
        if (rule == Rule.OwnerAskedLater)
        {
            text.AppendLine("""  <LocationMatch "^/(profiles/|reports/|shared$)">""");
            text.AppendLine("    SSLVerifyClient require");
            text.AppendLine("  </LocationMatch>");
        }

        foreach (var user in LabApi.Users)
        {
            var owner = $"%{{SSL_CLIENT_S_DN_CN}} in {{'{user}', 'root'}}";
            var expression = rule switch
            {
                Rule.Anyone => "true",
                Rule.OwnerIfAny => $"%{{SSL_CLIENT_VERIFY}} == 'NONE' || {owner}",
                _ => owner,
            };
            text.AppendLine(
                $"""
                  <LocationMatch "^/(profiles|reports)/{user}$">
                    Require expr "{expression}"
                  </LocationMatch>
                """);
        }

        text.AppendLine("</VirtualHost>");
    }
}
