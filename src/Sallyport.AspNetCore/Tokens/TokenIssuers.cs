using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>All issuers of the application. A key of one never verifies a token of another.</summary>
internal sealed class TokenIssuers(IOptions<SallyportOptions> options)
{
    public ImmutableArray<TokenIssuer> All { get; } = [.. options.Value.Tokens.Issuers.Select(issuer => new TokenIssuer(issuer))];

    public TokenIssuer? Find(string name)
    {
        foreach (TokenIssuer issuer in All)
        {
            if (string.Equals(issuer.Name, name, StringComparison.Ordinal))
            {
                return issuer;
            }
        }

        return null;
    }
}
