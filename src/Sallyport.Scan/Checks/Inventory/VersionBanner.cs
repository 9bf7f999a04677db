using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Config;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Inventory;

/// <summary>INV-003: which products and versions the answers name. Facts only.</summary>
internal sealed partial class VersionBanner : Check
{
    private static readonly ImmutableArray<string> Fields = ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator", "x-runtime-version", "x-php-version", "via", "x-varnish-version", "x-envoy-version"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "INV-003",
        Title = "Answers name products and their versions",
        Category = Category.Inventory,
        Severity = null,
        Standards = new() { Cwe = [200], OwaspApi = ["API8:2023"], PciDss = ["2.2.1"], Asvs = ["13.4.6"] },
        Needs = [Need.Operations],
        Why = "Servers and frameworks put their name and version into header fields and error pages. Whoever knows of a flaw in one version finds its hosts by them.",
        Impact = "No weakness by itself: it makes known flaws of outdated software easier to find, for defenders too.",
        How = "The header fields of the answers that other rules ask for anyway, and the error pages that a client without credentials gets, are searched for a product with a version; what they name is a fact. Nothing else is sent.",
        Sources = ["RFC 9110, section 10.2.4 (Server)", "CWE-200"],
        Remedies = DescribeTruly.Banners,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<ApiAnswer> served = await context.Api.AnswersAsync(cancellationToken).ConfigureAwait(false);
        ImmutableArray<Exchange> answered =
        [
            .. served.Select(one => one.Baseline.First).Concat(context.Survey.Handshakes.Select(one => one.Nobody)).Where(exchange => exchange.Answer is not null),
        ];
        if (answered.IsEmpty)
        {
            return CheckResult.NotTested("nothing was answered");
        }

        ImmutableArray<(string Where, string What)> banners = [.. answered.SelectMany(exchange => Banners(exchange.Answer!)).Distinct()]; // filtered above
        return CheckResult.Passed().With([.. banners.Take(5).Select(banner => new Fact(Info.Id, $"A product and its version in {banner.Where}", banner.What))]);
    }

    private static IEnumerable<(string Where, string What)> Banners(HttpAnswer answer)
    {
        foreach (HttpHeader header in answer.Headers.Where(header => Fields.Contains(header.Name.ToLowerInvariant()) && Numbered().IsMatch(header.Value)))
        {
            yield return (header.Name.ToLowerInvariant(), Shown.Line(header.Value));
        }

        if (answer.Status >= 400 && Page().Match(AnswerShape.Text(answer)) is { Success: true } match)
        {
            yield return ("an error page", Shown.Line(match.Value));
        }
    }

    [GeneratedRegex(@"\d+\.\d+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"\b(?:nginx|apache|openresty|tomcat|jetty|iis|lighttpd|caddy|envoy|haproxy|gunicorn|werkzeug|php|express|kestrel)/\d+(?:\.\d+)+", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Page();
}
