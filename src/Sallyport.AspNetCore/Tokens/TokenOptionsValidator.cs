using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>Says everything that is wrong with the token options, before the application starts.</summary>
internal sealed class TokenOptionsValidator : IValidateOptions<SallyportOptions>
{
    private static readonly ImmutableArray<string> _possible = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    public ValidateOptionsResult Validate(string? name, SallyportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Tokens.Issuers.SelectMany(Problems).ToList();
        problems.AddRange(options.Tokens.Issuers
            .GroupBy(issuer => issuer.Issuer, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => $"Tokens: {group.Key} is an issuer twice."));
        if (!Enum.IsDefined(options.Tokens.Binding))
        {
            problems.Add("Tokens: Binding is neither Required nor WhenPresent.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(TokenIssuerOptions issuer)
    {
        if (issuer.Audiences.Count == 0 || issuer.Audiences.Any(string.IsNullOrWhiteSpace))
        {
            yield return $"Tokens: {issuer.Issuer} needs at least one audience, and none of them empty.";
        }

        if (issuer.Algorithms.Count == 0)
        {
            yield return $"Tokens: {issuer.Issuer} has no algorithm.";
        }

        foreach (string algorithm in issuer.Algorithms.Except(_possible))
        {
            yield return $"Tokens: {issuer.Issuer} may not use '{algorithm}'; possible are {string.Join(", ", _possible)}.";
        }

        object?[] sources = [issuer.KeyFile, issuer.KeyUrl, issuer.MetadataUrl];
        if (sources.Count(source => source is not null) > 1)
        {
            yield return $"Tokens: {issuer.Issuer} has its keys in several places; name one of KeyFile, KeyUrl and MetadataUrl.";
        }

        if (issuer.KeyFile is not null)
        {
            yield break;
        }

        Uri? address = issuer.KeyUrl ?? issuer.MetadataUrl;
        if (address is null && !Uri.TryCreate(KeyReader.DefaultMetadata(issuer.Issuer), UriKind.Absolute, out address))
        {
            yield return $"Tokens: {issuer.Issuer} is no address; name KeyFile, KeyUrl or MetadataUrl.";
        }
        else if (!address.IsAbsoluteUri || !(address.Scheme == Uri.UriSchemeHttps || (issuer.UnsafeAllowHttp && address.Scheme == Uri.UriSchemeHttp)))
        {
            yield return $"Tokens: the keys of {issuer.Issuer} must come over https.";
        }
    }
}
