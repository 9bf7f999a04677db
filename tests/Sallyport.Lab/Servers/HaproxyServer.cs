using System;
using System.Collections.Immutable;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>One HAProxy with a frontend per way of asking for client certificates, each on a port of its own. HTTP/1.1 and HTTP/2.</summary>
/// <remarks>Accounts are found by the CN of the subject. A certificate that does not verify ends the handshake with an alert.</remarks>
public sealed class HaproxyServer : IAsyncDisposable
{
    /// <summary>The program, for <see cref="Binaries"/>.</summary>
    public const string Program = "haproxy";

    private readonly ServerProcess _process;
    private readonly ImmutableArray<int> _ports;

    private HaproxyServer(ServerProcess process, ImmutableArray<int> ports)
    {
        _process = process;
        _ports = ports;
    }

    private enum Rule
    {
        Anyone,
        OwnerIfAny,
        Owner,
    }

    /// <summary>verify none: nobody is asked, everything is served.</summary>
    public LabEndpoint None => new("haproxy verify none", _ports[0]);

    /// <summary>verify optional, and those without a certificate are served as well.</summary>
    public LabEndpoint Optional => new("haproxy verify optional", _ports[1]);

    /// <summary>verify required, no CRL: a revoked certificate is served.</summary>
    public LabEndpoint Required => new("haproxy verify required", _ports[2]);

    /// <summary>verify required with crl-file.</summary>
    public LabEndpoint RequiredWithCrl => new("haproxy verify required with CRL", _ports[3]);

    /// <summary>A crt-list with a policy per name: public.test trusts the second client CA, secret.test the first.</summary>
    /// <remarks>
    /// HAProxy 2.6 compares neither Host nor a ticket with the name of the handshake: secret.test is served over a connection, or a
    /// ticket, of public.test.
    /// </remarks>
    public LabEndpoint PublicName => new("haproxy two names", _ports[4], LabApi.PublicHost);

    /// <summary>The other name of <see cref="PublicName"/>.</summary>
    public LabEndpoint SecretName => PublicName.Named(LabApi.SecretHost);

    /// <summary>What it has printed, for diagnosis.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it; every site answers when this returns.</summary>
    public static async Task<HaproxyServer> StartAsync(ServerMaterial material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var folder = new ScratchFolder("haproxy");
        ImmutableArray<int> ports = [];
        var both = await File.ReadAllTextAsync(material.ServerCertificateFile, cancellationToken) + Environment.NewLine
            + await File.ReadAllTextAsync(material.ServerKeyFile, cancellationToken);
        var server = folder.Write("server.pem", both);
        var names = folder.Write(
            "names.list",
            $"""
            {server} [ca-file {material.OtherClientCaFile} verify required] {LabApi.PublicHost}
            {server} [ca-file {material.ClientCaFile} verify required] {LabApi.SecretHost}

            """);
        var process = await ServerProcess.StartAsync(
            folder,
            () =>
            {
                ports = FreePorts.Take(5);
                return new ProcessPlan
                {
                    Program = Binaries.Require(Program),
                    Arguments = ["-db", "-f", folder.Write("haproxy.cfg", Configuration(material, server, names, ports))],
                    Ports = ports,
                };
            },
            cancellationToken);
        return new HaproxyServer(process, ports);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configuration(ServerMaterial material, string server, string names, ImmutableArray<int> ports)
    {
        var clients = $"crt {server} ca-file {material.ClientCaFile}";
        var text = new StringBuilder();
        text.AppendLine(
            """
            global
              maxconn 500
              ssl-default-bind-options ssl-min-ver TLSv1.2
            defaults
              mode http
              timeout client 30s
              timeout server 30s
              timeout connect 5s
            """);
        Frontend(text, "none", ports[0], $"crt {server} verify none", Rule.Anyone);
        Frontend(text, "optional", ports[1], $"{clients} verify optional", Rule.OwnerIfAny);
        Frontend(text, "required", ports[2], $"{clients} verify required", Rule.Owner);
        Frontend(text, "required-crl", ports[3], $"{clients} verify required crl-file {material.ClientCrlFile}", Rule.Owner);
        Frontend(text, "names", ports[4], $"crt-list {names}", Rule.Owner);
        return text.ToString();
    }

    private static void Frontend(StringBuilder text, string name, int port, string asking, Rule rule)
    {
        text.AppendLine($"frontend {name}");
        text.AppendLine($"  bind 127.0.0.1:{port} ssl {asking} alpn h2,http/1.1");
        Answer(text, 200, LabApi.PublicBody, "{ path /public }");
        foreach (var host in (string[])[LabApi.PublicHost, LabApi.SecretHost])
        {
            Answer(text, 200, LabApi.Shared(host), $"{{ path /shared }} {{ req.hdr(host) -m beg {host} }}");
        }

        Answer(text, 200, LabApi.Shared("localhost"), "{ path /shared }");
        foreach (var user in LabApi.Users)
        {
            var paths = $"{{ path /profiles/{user} /reports/{user} }}";
            var stranger = $"!{{ ssl_c_s_dn(cn) -m str {user} root }}";
            if (rule == Rule.Owner)
            {
                Answer(text, 403, """{"error":"not yours"}""", $"{paths} {stranger}");
            }
            else if (rule == Rule.OwnerIfAny)
            {
                Answer(text, 403, """{"error":"not yours"}""", $"{paths} {{ ssl_c_used }} {stranger}");
            }

            Answer(text, 200, LabApi.Profile(user), $"{{ path /profiles/{user} }}");
            Answer(text, 200, LabApi.Report(user), $"{{ path /reports/{user} }}");
        }

        text.AppendLine(
            """
              http-request return status 200 content-type application/json lf-string '{"subject":"%[ssl_c_s_dn]","verify":"%[ssl_c_verify]"}' if { path /whoami }
              http-request return status 404 content-type application/json string '{"error":"not found"}'
            """);
    }

    private static void Answer(StringBuilder text, int status, string body, string when) =>
        text.AppendLine($"  http-request return status {status} content-type application/json string '{body}' if {when}");
}
