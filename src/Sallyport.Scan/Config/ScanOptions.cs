using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Config;

/// <summary>What the command line says of a scan, as text; <see cref="ScanRequestReader"/> makes the request of it.</summary>
public sealed record ScanOptions
{
    /// <summary>The target's URL; <c>null</c> to take the configuration file's.</summary>
    public string? Url { get; init; }

    /// <summary>The configuration file; <c>null</c> for none.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>The API description: a file, or a URL at the target.</summary>
    public string? Description { get; init; }

    /// <summary>The stack in front; <c>null</c> to detect it.</summary>
    public ServerStack? Stack { get; init; }

    /// <summary><c>NAME=cert.pem[,key.pem]</c> or <c>NAME=id.p12</c>, each an identity.</summary>
    public ImmutableArray<string> Identities { get; init; } = [];

    /// <summary><c>NAME=env:VAR</c> or <c>NAME=@file</c>: passwords of keys.</summary>
    public ImmutableArray<string> IdentityPasswords { get; init; } = [];

    /// <summary><c>NAME=env:VAR</c> or <c>NAME=@file</c>: bearer tokens.</summary>
    public ImmutableArray<string> Tokens { get; init; } = [];

    /// <summary><c>NAME=env:VAR</c> or <c>NAME=@file</c>: Cookie header values.</summary>
    public ImmutableArray<string> Cookies { get; init; } = [];

    /// <summary>A file with the roots of the server's certificate.</summary>
    public string? ServerAuthority { get; init; }

    /// <summary>A file with the CA of the client certificates.</summary>
    public string? ClientAuthority { get; init; }

    /// <summary>A file with that CA's private key.</summary>
    public string? ClientAuthorityKey { get; init; }

    /// <summary>Whether mutual TLS is declared to be required everywhere.</summary>
    public bool ExpectMutualTls { get; init; }

    /// <summary>Operations such as <c>GET /x</c>.</summary>
    public ImmutableArray<string> Operations { get; init; } = [];

    /// <summary>Operations declared protected.</summary>
    public ImmutableArray<string> Protected { get; init; } = [];

    /// <summary>Operations never to call.</summary>
    public ImmutableArray<string> Excluded { get; init; } = [];

    /// <summary>Other virtual hosts at the same address.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    /// <summary>Other places of the same API, as URLs.</summary>
    public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>Where the target can reach the scanner, as a URL.</summary>
    public string? Callback { get; init; }

    /// <summary>What probes may do.</summary>
    public ScanMode Mode { get; init; }

    /// <summary>Whether the configured hooks may run.</summary>
    public bool AllowHooks { get; init; }

    /// <summary>Rule ids, <c>ID/variant</c> or category slugs to run, separated by commas.</summary>
    public ImmutableArray<string> Only { get; init; } = [];

    /// <summary>Rule ids, <c>ID/variant</c> or category slugs to leave out, separated by commas.</summary>
    public ImmutableArray<string> Skip { get; init; } = [];

    /// <summary>HTTP requests a second, 1 to 10,000; <c>null</c> for the configuration file's or the default.</summary>
    public int? RequestsPerSecond { get; init; }

    /// <summary>HTTP requests in all, 1 to 1,000,000; <c>null</c> for the configuration file's or the default.</summary>
    public int? Requests { get; init; }

    /// <summary>Connections in all, 1 to 100,000; <c>null</c> for the configuration file's or the default.</summary>
    public int? Connections { get; init; }

    /// <summary>The scan's deadline, such as <c>60s</c>; <c>null</c> for the configuration file's or the default.</summary>
    public string? Timeout { get; init; }

    /// <summary><c>IP:PORT</c> to connect to instead of resolving the host.</summary>
    public string? ConnectTo { get; init; }
}
