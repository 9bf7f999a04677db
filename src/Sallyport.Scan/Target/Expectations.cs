using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>What the user declares to be right; the scan holds the server against it.</summary>
public sealed record Expectations
{
    /// <summary>Mutual TLS is required everywhere (<c>expect.mutualTls: required</c>, <c>--expect mtls</c>).</summary>
    public bool MutualTlsRequired { get; init; }

    /// <summary>Tokens are bound to certificates (<c>expect.tokenBinding: required</c>).</summary>
    public bool TokenBindingRequired { get; init; }

    /// <summary>A token's subject must be the certificate's identity (<c>expect.sameSubject</c>).</summary>
    public bool SameSubject { get; init; }

    /// <summary>Browsers use the API (<c>expect.browsers</c>).</summary>
    public bool Browsers { get; init; }

    /// <summary>Rows such as <c>bob GET /profiles/alice deny</c>, in order; the last match wins.</summary>
    public ImmutableArray<string> Matrix { get; init; } = [];
}
