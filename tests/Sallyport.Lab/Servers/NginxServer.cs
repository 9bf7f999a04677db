using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>One nginx with a site per way of asking for client certificates, each on a port of its own. HTTP/1.1 and HTTP/2.</summary>
/// <remarks>Accounts are found by the CN of the subject: nginx has no variable for SANs.</remarks>
public sealed class NginxServer : IAsyncDisposable
{
    /// <summary>The program, for <see cref="Binaries"/>.</summary>
    public const string Program = "nginx";

    private const string Who = """if ($who = "") { return 401 '{"error":"no certificate"}'; }""";
    private const string Verified = """if ($ssl_client_verify != "SUCCESS") { return 403 '{"error":"not verified"}'; }""";
    private const string Owner = """if ($owner = "no") { return 403 '{"error":"not yours"}'; }""";
    private const string OwnerIfAny = """if ($owner_or_anonymous = "no") { return 403 '{"error":"not yours"}'; }""";

    private readonly ServerProcess _process;
    private readonly ImmutableArray<int> _ports;

    private NginxServer(ServerProcess process, ImmutableArray<int> ports)
    {
        _process = process;
        _ports = ports;
    }

    /// <summary>ssl_verify_client off: nobody is asked, everything is served.</summary>
    public LabEndpoint Off => new("nginx off", _ports[0]);

    /// <summary>ssl_verify_client optional, and the API serves those without a certificate as well.</summary>
    public LabEndpoint Optional => new("nginx optional", _ports[1]);

    /// <summary>ssl_verify_client optional, and the API refuses with 403 what was not verified.</summary>
    public LabEndpoint OptionalChecked => new("nginx optional, checked", _ports[2]);

    /// <summary>ssl_verify_client optional_no_ca, and the API refuses with 403 what was not verified.</summary>
    public LabEndpoint OptionalNoCaChecked => new("nginx optional_no_ca, checked", _ports[3]);

    /// <summary>ssl_verify_client optional_no_ca, and the API believes any subject: every self-signed alice is alice.</summary>
    public LabEndpoint OptionalNoCaUnchecked => new("nginx optional_no_ca, unchecked", _ports[4]);

    /// <summary>ssl_verify_client on, no CRL: a revoked certificate is served.</summary>
    public LabEndpoint Required => new("nginx on", _ports[5]);

    /// <summary>ssl_verify_client on with ssl_crl.</summary>
    public LabEndpoint RequiredWithCrl => new("nginx on with CRL", _ports[6]);

    /// <summary>Two names on one port: public.test trusts the second client CA, secret.test the first. This is public.test.</summary>
    public LabEndpoint PublicName => new("nginx two names", _ports[7], LabApi.PublicHost);

    /// <summary>The other name of <see cref="PublicName"/>.</summary>
    public LabEndpoint SecretName => PublicName.Named(LabApi.SecretHost);

    /// <summary>TLS 1.0 to 1.2 and every suite that OpenSSL still has, NULL and anonymous ones too; client certificates required.</summary>
    public LabEndpoint Legacy => new("nginx legacy", _ports[8]);

    /// <summary>ssl_verify_client optional with the check in an `if` of one location; /reports/ has none.</summary>
    public LabEndpoint IfGap => new("nginx if gap", _ports[9]);

    /// <summary>Plain HTTP with the same API behind, for what must not be there.</summary>
    public LabEndpoint PlainHttp => new("nginx plain http", _ports[10]);

    /// <summary>What it has printed, for diagnosis.</summary>
    public string Output => _process.Output;

    /// <summary>Starts it; every site answers when this returns.</summary>
    public static async Task<NginxServer> StartAsync(ServerMaterial material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var folder = new ScratchFolder("nginx");
        ImmutableArray<int> ports = [];
        var process = await ServerProcess.StartAsync(
            folder,
            () =>
            {
                ports = FreePorts.Take(11);
                return new ProcessPlan
                {
                    Program = Binaries.Require(Program),
                    Arguments = ["-p", folder.Path, "-c", folder.Write("nginx.conf", Configuration(folder.Path, material, ports)), "-e", "stderr"],
                    Ports = ports,
                    ReadyText = "start worker process",
                };
            },
            cancellationToken);
        return new NginxServer(process, ports);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string Configuration(string folder, ServerMaterial material, ImmutableArray<int> ports)
    {
        var clientCa = $"ssl_client_certificate {material.ClientCaFile};";
        var otherCa = $"ssl_client_certificate {material.OtherClientCaFile};";
        var text = new StringBuilder();
        text.AppendLine(
            $$"""
            daemon off;
            worker_processes 1;
            pid {{Path.Combine(folder, "nginx.pid")}};
            error_log stderr notice;
            events { worker_connections 1024; }
            http {
              access_log off;
              server_tokens off;
              default_type application/json;
              client_body_temp_path {{Path.Combine(folder, "body")}};
              proxy_temp_path {{Path.Combine(folder, "proxy")}};
              fastcgi_temp_path {{Path.Combine(folder, "fastcgi")}};
              uwsgi_temp_path {{Path.Combine(folder, "uwsgi")}};
              scgi_temp_path {{Path.Combine(folder, "scgi")}};
              ssl_certificate {{material.ServerCertificateFile}};
              ssl_certificate_key {{material.ServerKeyFile}};
              ssl_protocols TLSv1.2 TLSv1.3;
              ssl_session_cache shared:lab:1m;
              ssl_verify_depth 3;
              map $ssl_client_s_dn $who {
                default "";
            """);
        foreach (var user in LabApi.Users)
        {
            text.AppendLine($"    \"~(^|,)CN={user}(,|$)\" {user};");
        }

        text.AppendLine("  }");
        Map(text, "$who:$uri", "$owner", "no",
            Owned("alice").Concat(Owned("bob")).Append("\"~^root:/(profiles|reports)/\" yes;"));
        Map(text, "$ssl_client_s_dn:$owner", "$owner_or_anonymous", "no", ["\"~^:\" yes;", "\"~:yes$\" yes;"]);

        Site(text, ports[0], "", Locations("", "", ""));
        Site(text, ports[1], $"ssl_verify_client optional; {clientCa}", Locations("", OwnerIfAny, OwnerIfAny));
        Site(text, ports[2], $"ssl_verify_client optional; {clientCa}", Locations(Verified, Verified + Owner, Verified + Owner));
        Site(text, ports[3], $"ssl_verify_client optional_no_ca; {clientCa}", Locations(Verified, Verified + Owner, Verified + Owner));
        Site(text, ports[4], $"ssl_verify_client optional_no_ca; {clientCa}", Locations(Who, Who + Owner, Who + Owner));
        Site(text, ports[5], $"ssl_verify_client on; {clientCa}", Locations("", Owner, Owner));
        Site(text, ports[6], $"ssl_verify_client on; {clientCa} ssl_crl {material.ClientCrlFile};", Locations("", Owner, Owner));
        Site(text, ports[7], $"ssl_verify_client on; {otherCa}", Locations("", Owner, Owner), LabApi.PublicHost);
        Site(text, ports[7], $"ssl_verify_client on; {clientCa}", Locations("", Owner, Owner), LabApi.SecretHost);
        Site(
            text,
            ports[8],
            $"ssl_verify_client on; {clientCa} ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers 'ALL:NULL:@SECLEVEL=0';",
            Locations("", Owner, Owner));
        Site(text, ports[9], $"ssl_verify_client optional; {clientCa}", Locations(Verified, Verified + Owner, ""));
        text.AppendLine($"  server {{ listen 127.0.0.1:{ports[10]}; server_name localhost;");
        text.AppendLine(Locations("", "", "", "localhost"));
        text.AppendLine("  }");
        text.AppendLine("}");
        return text.ToString();
    }

    private static IEnumerable<string> Owned(string user) => [$"\"~^{user}:/(profiles|reports)/{user}$\" yes;"];

    private static void Map(StringBuilder text, string source, string variable, string otherwise, IEnumerable<string> rows)
    {
        text.AppendLine($"  map \"{source}\" {variable} {{ default {otherwise};");
        foreach (var row in rows)
        {
            text.AppendLine("    " + row);
        }

        text.AppendLine("  }");
    }

    private static void Site(StringBuilder text, int port, string asking, Func<string, string> locations, string name = "localhost")
    {
        text.AppendLine($"  server {{ listen 127.0.0.1:{port} ssl http2; server_name {name}; {asking}");
        text.AppendLine(locations(name));
        text.AppendLine("  }");
    }

    private static Func<string, string> Locations(string shared, string profiles, string reports) =>
        name => Locations(shared, profiles, reports, name);

    private static string Locations(string shared, string profiles, string reports, string name)
    {
        var text = new StringBuilder();
        text.AppendLine($"    location = /public {{ return 200 '{LabApi.PublicBody}'; }}");
        text.AppendLine($"    location = /shared {{ {shared} return 200 '{LabApi.Shared(name)}'; }}");
        foreach (var user in LabApi.Users)
        {
            text.AppendLine($"    location = /profiles/{user} {{ {profiles} return 200 '{LabApi.Profile(user)}'; }}");
            text.AppendLine($"    location = /reports/{user} {{ {reports} return 200 '{LabApi.Report(user)}'; }}");
        }

        text.AppendLine("""    location = /whoami { return 200 '{"subject":"$ssl_client_s_dn","verify":"$ssl_client_verify"}'; }""");
        text.AppendLine("""    location / { return 404 '{"error":"not found"}'; }""");
        return text.ToString();
    }
}
