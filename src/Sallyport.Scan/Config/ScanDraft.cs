using System.Collections.Generic;
using System.Linq;
using System.Net;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>A scan request in the making: the configuration file fills it first, then the command line overrides.</summary>
internal sealed class ScanDraft
{
    public TargetUrl? Target { get; set; }

    public IPEndPoint? ConnectTo { get; set; }

    /// <summary>A URL, or the absolute path of a file.</summary>
    public string? Description { get; set; }

    public string? ServerAuthority { get; set; }

    public string? ClientAuthority { get; set; }

    public string? ClientAuthorityKey { get; set; }

    public Secret? ClientAuthorityPassword { get; set; }

    public List<IdentityDraft> Identities { get; } = [];

    public TokenIssuer? Issuer { get; set; }

    public List<string> Names { get; } = [];

    public List<TargetUrl> Origins { get; } = [];

    public List<TargetUrl> Backends { get; } = [];

    public TargetUrl? Callback { get; set; }

    public CallbackZone? CallbackZone { get; set; }

    public List<string> Operations { get; } = [];

    public List<string> Protected { get; } = [];

    public List<string> Public { get; } = [];

    public List<string> Excluded { get; } = [];

    public Expectations Expect { get; set; } = new();

    public Hooks Hooks { get; set; } = new();

    public ScanLimits Limits { get; set; } = new();

    public List<string> Notes { get; } = [];

    /// <summary>The draft of that name, made when it is not there yet.</summary>
    public IdentityDraft Identity(string name)
    {
        if (Identities.FirstOrDefault(known => known.Name == name) is IdentityDraft found)
        {
            return found;
        }

        var made = new IdentityDraft(name);
        Identities.Add(made);
        return made;
    }
}
