using System;
using System.Collections.Generic;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Whose access tokens count beside a client certificate, and how. With no issuer, no token is read.</summary>
public sealed class TokenOptions
{
    /// <summary>Who may issue tokens. None by default.</summary>
    public IList<TokenIssuerOptions> Issuers { get; } = [];

    /// <summary>Whether a token must be bound to the caller's certificate; required by default.</summary>
    public TokenBinding Binding { get; set; } = TokenBinding.Required;

    /// <summary>How far the issuer's clock may be from ours. Zero to 30 seconds; 10 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of zero to 30 seconds.</exception>
    public TimeSpan ClockSkew
    {
        get;
        set => field = value >= TimeSpan.Zero && value <= TimeSpan.FromSeconds(30)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Zero to 30 seconds.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>The longest token that is looked at. 512 to 32,768 characters; 8,192 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 512 to 32,768.</exception>
    public int MaxLength
    {
        get;
        set => field = value is >= 512 and <= 32_768
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "512 to 32,768 characters.");
    } = 8_192;

    /// <summary>How many tokens whose signature was found good are remembered, by their SHA-256 and the key. Zero to 65,536; 4,096 by default.</summary>
    /// <remarks>Only that fact is remembered: issuer, key, audience, times, binding, subject and scopes are judged for every request.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of zero to 65,536.</exception>
    public int RememberedSignatures
    {
        get;
        set => field = value is >= 0 and <= 65_536
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Zero to 65,536.");
    } = 4_096;

    /// <summary>Whether a token may be used by the certificate's identity; null (the default) for: its <c>sub</c> or <c>client_id</c> equals the identity's name.</summary>
    /// <remarks>Asked for every request: answer from memory. An exception ends the request unserved.</remarks>
    public Func<ITokenFeature, CertificateIdentity, bool>? SubjectMatches { get; set; }

    /// <summary>Adds an issuer.</summary>
    /// <param name="issuer">Its <c>iss</c>, compared exactly.</param>
    /// <param name="configure">Audiences, algorithms and where its keys are.</param>
    /// <exception cref="ArgumentException"><paramref name="issuer"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="configure"/> is null.</exception>
    public TokenOptions AddIssuer(string issuer, Action<TokenIssuerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var added = new TokenIssuerOptions(issuer);
        configure(added);
        Issuers.Add(added);
        return this;
    }
}
