using System.Collections.Generic;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>Where tokens are tried: an operation that a token opens, whose token that is, and the controls that give an answer its meaning.</summary>
internal sealed record TokenScene
{
    /// <summary>Whose token it is.</summary>
    public required Identity Owner { get; init; }

    /// <summary>The token as the owner presents it now.</summary>
    public required Secret Credential { get; init; }

    /// <summary>The token read; <c>null</c> when it is no JWT.</summary>
    public required JsonWebToken? Token { get; init; }

    /// <summary>Why it was not read; <c>null</c> when it was.</summary>
    public string? Opaque { get; init; }

    /// <summary>The operation, which refuses the owner's certificate without the token.</summary>
    public required Operation Operation { get; init; }

    /// <summary>What the owner gets there.</summary>
    public required Baseline Baseline { get; init; }

    /// <summary>The owner's certificate without the token: refused.</summary>
    public required Verdict WithoutToken { get; init; }

    /// <summary>The token with one bit of its signature turned: refused, or no signature counts.</summary>
    public required Verdict Corrupted { get; init; }

    /// <summary>Whether the server takes a token whose signature is wrong.</summary>
    public bool SignatureIgnored => Corrupted is Verdict.Accepted;

    /// <summary>The operation's request with another token in place of everything that the application gets from the owner.</summary>
    /// <param name="name">What the report calls the token.</param>
    /// <param name="token">The token.</param>
    public Ask Ask(string name, string token) => As(Actor.Of(Owner).WithToken(name, new Secret(token)));

    /// <summary>The operation's request by somebody else.</summary>
    /// <param name="who">Who asks.</param>
    public Ask As(Actor who) => Baseline.Ask with { Title = who.Name, Actor = who, Reusable = false, Pooled = false };

    /// <summary>The exchanges that a finding rests on: the right token served, none and a corrupted one refused.</summary>
    public IEnumerable<Evidence> Controls() =>
    [
        Baseline.First.ToEvidence($"control: {Owner.Name}"),
        .. new[] { WithoutToken, Corrupted }.OfType<Verdict.Rejected>().Select(verdict => verdict.Exchange.ToEvidence($"control: {verdict.Exchange.Ask.Title}")),
    ];
}
