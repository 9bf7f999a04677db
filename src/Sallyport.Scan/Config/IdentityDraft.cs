using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>An identity in the making; its files are read last, when the command line has had its say.</summary>
/// <param name="name">The name the user gave.</param>
internal sealed class IdentityDraft(string name)
{
    private const int LongestName = 64;

    public string Name => name;

    /// <summary>File and line in the configuration file; <c>null</c> for the command line.</summary>
    public string? Where { get; set; }

    public string? Certificate { get; set; }

    public string? Key { get; set; }

    public Secret? Password { get; set; }

    public Secret? Token { get; set; }

    public Secret? Cookie { get; set; }

    public Secret? Basic { get; set; }

    public Secret? ApiKey { get; set; }

    public string? ApiKeyHeader { get; set; }

    public Login? Login { get; set; }

    public string? Role { get; set; }

    public IdentityState State { get; set; }

    public bool Disposable { get; set; }

    public ImmutableDictionary<string, string> Values { get; set; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Whether a text can name an identity; <c>none</c> is the client without one.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text != "none" && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    public const string NameHint = "a name has up to 64 letters, digits, -, _ or .; `none` is the client without a certificate";
}
