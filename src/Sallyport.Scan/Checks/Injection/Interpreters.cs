using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>IV-003: whether a caller's text is run by a template engine, a shell, a document database, XPath or an XML parser.</summary>
internal sealed partial class Interpreters : InjectionCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "IV-003",
        Title = "A caller's text is run by an interpreter",
        Category = Category.InputValidation,
        Severity = Severity.Critical,
        Variants =
        [
            new("template", "A template engine runs a caller's text", Severity.Critical),
            new("command", "A shell runs a caller's text", Severity.Critical),
            new("nosql", "A document database takes operators from a caller", Severity.Critical),
            new("xpath", "A caller's text becomes a part of an XPath expression", Severity.High),
            new("xxe", "An XML parser fetches what a caller's document names", Severity.Critical),
        ],
        Standards = new() { Cwe = [943, 1336, 78, 611, 643], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["1.2.4", "1.2.5", "1.2.7", "1.3.7", "1.5.1"] },
        Needs = Usual,
        Why = "Whatever is put together as text and then run by something — a template, a command line, a query of a document database, an XML document — runs what the caller wrote in it.",
        Impact = "Code or queries of the caller's choice, with the rights of the server.",
        How = "The interpreter is asked to multiply two random numbers in its own syntax: only the product, which stands nowhere in the request, is a finding. Operators of document databases are tried as a pair "
            + "(not-equal against equal and against one that does not exist), XPath as a quote that ends in its error and a doubled one that does not, XML with an entity at our own listener (active mode)."
            + AtLogins,
        Sources = ["CWE-1336", "CWE-78", "CWE-943", "CWE-643", "CWE-611"],
        Remedies = CheckInput.Interpreters,
    };

    /// <inheritdoc/>
    protected override Regex Preferred => Names();

    /// <inheritdoc/>
    protected override bool IsTried(InjectionPoint point) => !point.IsNumber;

    /// <inheritdoc/>
    protected override async Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        string sound = point.Value.Length > 0 ? point.Value : "a";
        (Exchange control, HttpAnswer? answer, string before) = await SendAsync(context, point, point.With(sound, "the sound value"), cancellationToken).ConfigureAwait(false);
        if (answer is null || answer.Status is 429 or >= 500)
        {
            return [.. Info.Variants.Select(variant => new ProbeResult(new Outcome.NotTested($"{point.Place}: the sound value: {control.Summary}")) { Variant = variant.Slug })];
        }

        int a = RandomNumberGenerator.GetInt32(10_007, 99_991);
        int b = RandomNumberGenerator.GetInt32(10_007, 99_991);
        string product = ((long)a * b).ToString(CultureInfo.InvariantCulture);
        ImmutableArray<string> templates = [$"{{{{{a}*{b}}}}}", $"${{{a}*{b}}}", $"#{{{a}*{b}}}", $"<%= {a}*{b} %>", $"{{{a}*{b}}}", $"@({a}L*{b}L)", $"*{{{a}*{b}}}"];
        ImmutableArray<string> commands = [$"{sound};expr {a} '*' {b}", $"{sound}|expr {a} '*' {b}", $"$(expr {a} '*' {b})", $"`expr {a} '*' {b}`", $"{sound}&set /a {a}*{b}", $"{sound}\nexpr {a} '*' {b}\n"];
        return
        [
            new(await ProductAsync(context, point, templates, product, before, control, cancellationToken).ConfigureAwait(false)) { Variant = "template" },
            new(await ProductAsync(context, point, commands, product, before, control, cancellationToken).ConfigureAwait(false)) { Variant = "command" },
            new(await OperatorsAsync(context, point, cancellationToken).ConfigureAwait(false)) { Variant = "nosql" },
            new(await XpathAsync(context, point, sound, before, control, cancellationToken).ConfigureAwait(false)) { Variant = "xpath" },
            new(await EntityAsync(context, point, cancellationToken).ConfigureAwait(false)) { Variant = "xxe" },
        ];
    }

    private static async Task<Outcome> ProductAsync(
        CheckContext context, InjectionPoint point, ImmutableArray<string> forms, string product, string before, Exchange control, CancellationToken cancellationToken)
    {
        string? doubt = null;
        foreach (string form in forms)
        {
            (Exchange exchange, HttpAnswer? answer, string text) = await SendAsync(context, point, point.With(form, "a product to work out"), cancellationToken).ConfigureAwait(false);
            doubt = answer is null ? $"{point.Place}: {exchange.Summary}" : doubt;
            if (text.Contains(product, StringComparison.Ordinal) && !before.Contains(product, StringComparison.Ordinal))
            {
                return Failed(point, $"The server worked out {form.Trim()} to {product}.", Confidence.Confirmed, control, exchange);
            }
        }

        return doubt is null ? new Outcome.Passed() : new Outcome.NotTested(doubt);
    }

    private static async Task<Outcome> OperatorsAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        if (point.In is not ("query" or "body"))
        {
            return new Outcome.NotApplicable("an operator cannot stand there");
        }

        string nobody = context.Api.Fresh();
        Ask Operator(string name) => point.In == "query"
            ? point.Renamed($"{Uri.EscapeDataString(point.Name)}[{name}]", nobody, name)
            : point.WithRaw($"{{\"{name}\":\"{nobody}\"}}", name);
        (Exchange plain, HttpAnswer? none, string nothing) = await SendAsync(context, point, point.With(nobody, "a value that nothing has"), cancellationToken).ConfigureAwait(false);
        (Exchange unequal, HttpAnswer? all, string everything) = await SendAsync(context, point, Operator("$ne"), cancellationToken).ConfigureAwait(false);
        if (none is null || all is null)
        {
            return new Outcome.NotTested($"{point.Place}: {(none is null ? plain : unequal).Summary}");
        }

        if (all.Status is < 200 or >= 300 || (all.Status == none.Status && Found(everything, nobody).Length <= Found(nothing, nobody).Length))
        {
            return new Outcome.Passed();
        }

        (Exchange equal, HttpAnswer? same, string equals) = await SendAsync(context, point, Operator("$eq"), cancellationToken).ConfigureAwait(false);
        (_, HttpAnswer? odd, _) = await SendAsync(context, point, Operator("$sp"), cancellationToken).ConfigureAwait(false);
        (_, HttpAnswer? again, _) = await SendAsync(context, point, Operator("$ne"), cancellationToken).ConfigureAwait(false);
        if (AnswerShape.Learn(all, again ?? none) is not { } shape || again is null || same is null || odd is null)
        {
            return new Outcome.NotTested($"{point.Place}: the answers to operators change by themselves");
        }

        // Equal to what nothing has must find nothing, and an operator that does not exist must do nothing: then "not equal" was understood.
        return !Same(shape, all.Status, same) && !Same(shape, all.Status, odd) && same.Status == none.Status && Found(everything, nobody).Length > Found(equals, nobody).Length
            ? Failed(point, "Not-equal found everything, equal found nothing, and an operator that does not exist did neither.", Confidence.Firm, plain, unequal, equal)
            : new Outcome.Passed();
    }

    // Whoever keeps what it is sent repeats the operator, which found nothing: the letters of an answer without those of the request.
    private static string Found(string text, string nobody) => NoLetter().Replace(OperatorName().Replace(text.Replace(nobody, "", StringComparison.Ordinal), ""), "");

    private static async Task<Outcome> XpathAsync(CheckContext context, InjectionPoint point, string sound, string before, Exchange control, CancellationToken cancellationToken)
    {
        (Exchange one, HttpAnswer? answer, string text) = await SendAsync(context, point, point.With(sound + "'", "a quote"), cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return new Outcome.NotTested($"{point.Place}: {one.Summary}");
        }

        if (!Xpath().IsMatch(text) || Xpath().IsMatch(before))
        {
            return new Outcome.Passed();
        }

        (_, _, string plain) = await SendAsync(context, point, point.With(sound + "x", "a letter"), cancellationToken).ConfigureAwait(false);
        return Xpath().IsMatch(plain) ? new Outcome.Passed() : Failed(point, "A quote was answered with an error of XPath, a letter was not.", Confidence.Firm, control, one);
    }

    private static async Task<Outcome> EntityAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        if (point.In != "body")
        {
            return new Outcome.NotApplicable("there is no document there");
        }

        if (context.Callback is not { } listener)
        {
            return new Outcome.NotTested("there is no listener that the target can reach") { Needs = ["an address of this machine that the target reaches: --callback URL"] };
        }

        CallbackUrl url = listener.Mint($"an XML entity at {point.Operation.Name}");
        CallbackUrl? named = listener.MintNamed($"an XML entity at {point.Operation.Name}, by name");
        (string entity, string use) = named is null ? ("", "") : ($"<!ENTITY f SYSTEM \"{named.Url}\">", "&f;");
        string document = $"<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY e SYSTEM \"{url.Url}\">{entity}]><r><{XmlName(point.Name)}>&e;{use}</{XmlName(point.Name)}></r>";
        RawHttpRequest request = point.Ask.Request ?? new();
        Ask ask = point.With(point.Value, "an XML document with an entity") with
        {
            Request = request with
            {
                Headers = [.. request.Headers.Where(header => !header.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)), new("content-type", "application/xml")],
                Body = Encoding.UTF8.GetBytes(document),
            },
        };
        (Exchange exchange, HttpAnswer? answer, _) = await SendAsync(context, point, ask, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return new Outcome.NotTested($"{point.Place}: {exchange.Summary}");
        }

        // The parser fetches before it answers: whoever has answered has fetched, or will not.
        using CancellationTokenSource soon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        soon.CancelAfter(TimeSpan.FromMilliseconds(300));
        Task<CallbackHit?> byAddress = CallAsync(url);
        CallbackHit? calledByName = named is null ? null : await CallAsync(named).ConfigureAwait(false);
        CallbackHit? hit = await byAddress.ConfigureAwait(false) ?? calledByName;
        return (hit, named is null ? null : listener.LookedUp(named)) switch
        {
            ({ } call, _) => Failed(point, $"The entity was fetched from our listener ({call.RequestLine}).", Confidence.Confirmed, exchange),
            // Who looks an address up to refuse it does the same.
            (_, { } question) => Failed(point, $"The name of the entity's host was asked for at our name server ({question.RequestLine}), the entity not fetched.", Confidence.Suspect, exchange),
            _ => new Outcome.Passed(),
        };

        async Task<CallbackHit?> CallAsync(CallbackUrl one)
        {
            try
            {
                return await listener.WaitAsync(one, soon.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    private static string XmlName(string name) => name.Length > 0 && name.All(char.IsAsciiLetter) ? name : "v";

    private static Outcome.Failed Failed(InjectionPoint point, string observed, Confidence confidence, params ReadOnlySpan<Exchange> exchanges) => new(new Flaw
    {
        Expected = "The value is data, whatever stands in it.",
        Observed = $"{point.Place}: {observed}",
        Confidence = confidence,
        Evidence = [.. exchanges.ToArray().Select(exchange => exchange.ToEvidence())],
    });

    [GeneratedRegex("name|title|text|message|subject|template|host|ip|domain|cmd|user|filter|query|q$|search|email", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Names();

    [GeneratedRegex(@"(?:\$|\\+u0024|%24|&#(?:36|x24);)(?:ne|eq|sp)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex OperatorName();

    [GeneratedRegex(@"\W+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NoLetter();

    [GeneratedRegex(@"XPathException|XPathEvalError|xmlXPathEval|Invalid XPath|XPath error|javax\.xml\.xpath|has an invalid token|Expression must evaluate to a node-set", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Xpath();
}
