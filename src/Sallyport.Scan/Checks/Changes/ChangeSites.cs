using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>Finds what an identity can change of its own and read back, and proves it with a right client's write that is undone.</summary>
internal static partial class ChangeSites
{
    private const int MaxOperations = 6;
    private const int MaxFields = 3;

    /// <summary>The first site of these methods; what it took is asked once a scan.</summary>
    /// <param name="context">The target.</param>
    /// <param name="browser">Whose things.</param>
    /// <param name="methods">The methods that may write, most wanted first.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    /// <returns>The site, its control, and <c>null</c>; or why there is none.</returns>
    public static Task<(ChangeSite? Site, Attempt? Control, string? Why)> FindAsync(CheckContext context, Browser browser, ImmutableArray<string> methods, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync($"change site {browser.Identity.Name} {string.Join(' ', methods)}", () => SearchAsync(context, browser, methods, cancellationToken));

    private static async Task<(ChangeSite? Site, Attempt? Control, string? Why)> SearchAsync(CheckContext context, Browser browser, ImmutableArray<string> methods, CancellationToken cancellationToken)
    {
        string? why = null;
        foreach ((Operation write, Operation read) in Pairs(context, browser, methods).Take(MaxOperations))
        {
            foreach (ChangeSite site in (await SitesAsync(context, browser, write, read, cancellationToken).ConfigureAwait(false)).Take(MaxFields))
            {
                Attempt control = await site.ControlAsync(context, $"control: {browser.Identity.Name} changes {site.Field}", cancellationToken).ConfigureAwait(false);
                await context.Writes.UndoAsync(site.Undo, cancellationToken).ConfigureAwait(false);
                if (control.Changed)
                {
                    return (site, control, null);
                }

                why ??= $"{write.Name} was answered {control.Wrote.Summary}, and {read.Name} did not show the new {site.Field}";
            }
        }

        return (null, null, why ?? $"no operation with {string.Join(" or ", methods)} is known whose change a GET of the same path shows");
    }

    private static IEnumerable<(Operation Write, Operation Read)> Pairs(CheckContext context, Browser browser, ImmutableArray<string> methods)
    {
        bool session = !browser.CertificateOnly;
        return from method in methods
               from write in context.Api.Operations
               where write.Method == method && !Sensitive().IsMatch(write.PathTemplate) && write.Roles.All(role => !role.Contains("admin", StringComparison.OrdinalIgnoreCase) || write.Roles.Length > 1)
               where !write.Parameters.Any(one => one is { In: "header", Required: true } && one.Name.StartsWith("If-", StringComparison.OrdinalIgnoreCase))
               from read in context.Api.Operations
               where read.Method == "GET" && read.PathTemplate == write.PathTemplate
               // What asks for a cookie comes first when there is one.
               orderby session && write.Security.Any(way => way.Schemes.Any(scheme => scheme is { Kind: SecuritySchemeKind.ApiKey, In: "cookie" })) ? 0 : 1, methods.IndexOf(method)
               select (write, read);
    }

    /// <summary>What one operation may change, field by field; not yet proved.</summary>
    /// <param name="context">The target.</param>
    /// <param name="browser">Whose things.</param>
    /// <param name="write">The operation that writes.</param>
    /// <param name="read">The operation that shows it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<ImmutableArray<ChangeSite>> SitesAsync(CheckContext context, Browser browser, Operation write, Operation read, CancellationToken cancellationToken)
    {
        if (context.Api.AskFor(read, browser.Identity, browser.Full, $"{browser.Identity.Name} reads") is not { } ask || context.Api.RequestFor(read, browser.Identity) is not { } target)
        {
            return [];
        }

        Exchange now = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        if (now.Answer is not { Status: >= 200 and < 300 } answer)
        {
            return [];
        }

        bool html = answer.Header("content-type")?.Contains("html", StringComparison.OrdinalIgnoreCase) == true;
        HtmlForm? form = html ? HtmlForm.In(AnswerShape.Text(answer)).FirstOrDefault(one => one.Method == write.Method && Leads(one.Action, target.Target)) : null;
        if (html && form is null)
        {
            return [];
        }

        JsonObject? current = SampleFields.Object(answer);
        browser = browser.After(answer, context.Time.GetUtcNow());
        AntiForgery? token = AntiForgery.In(answer, browser.Cookies, form) ?? browser.FromLogin;
        BodyFields fields = form is not null ? new(form.Fields) : SampleFields.Of(write, browser.Identity, current);
        fields = token?.Field is { } field ? fields.Without(field) : fields;
        BodyKind kind = form is not null ? BodyKind.Form : write.Body switch { { MediaType: "multipart/form-data" } => BodyKind.Multipart, { IsForm: true } => BodyKind.Form, _ => BodyKind.Json };
        ChangeSite site = new()
        {
            Operation = write,
            Write = new RawHttpRequest { Method = write.Method, Target = target.Target, Headers = Demanded(write) },
            Read = ask with { Actor = browser.Full, Reusable = false },
            Fields = fields,
            Field = "",
            Kind = kind,
            Token = token,
            // An object that the same path shows is changed; to anything else something is added.
            Creates = form is null && current is null,
            Own = CrossSite.Own(context),
            Browser = browser,
        };
        return [.. Writable(fields, write.Body?.Schema).Select(name => (site with { Field = name, Schema = write.Body?.Schema?.Properties.GetValueOrDefault(name) }).Undoable())];
    }

    private static ChangeSite Undoable(this ChangeSite site) =>
        site.Creates || site.Fields[site.Field] is not { } before ? site : site with { Undo = site.Legit(before, $"{site.Field} as it was") };

    private static IEnumerable<string> Writable(BodyFields fields, ApiSchema? schema) =>
        from field in fields.All
        where field.IsText && !LoginRequest.NamesPassword(field.Name) && !Identifying().IsMatch(field.Name)
        where CanaryText.For(field.Name, field.Value, schema?.Properties.GetValueOrDefault(field.Name)) is not null
        orderby Harmless().IsMatch(field.Name) ? 0 : 1
        select field.Name;

    private static ImmutableArray<HttpHeader> Demanded(Operation write) =>
        [.. write.Parameters.Where(one => one is { In: "header", Required: true }).Select(one => new HttpHeader(one.Name, one.Examples is [var first, ..] ? first : CanaryText.Random()))];

    private static bool Leads(string action, string target) =>
        action.Length == 0 || action == "#" || action.Split('?')[0] == target.Split('?')[0] || (Uri.TryCreate(action, UriKind.Absolute, out Uri? uri) && uri.AbsolutePath == target.Split('?')[0]);

    [GeneratedRegex(@"log-?in|log-?out|sign-?(?:in|up|out|off)|session|token|passw|reset|regist|oauth|admin|webhook|role|graphql|chat|mcp|upload|pay|transfer|invite", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Sensitive();

    [GeneratedRegex(@"^(?:id|uuid|login|user|user_?name|role|roles|owner|type|status|version)$|_id$|Id$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Identifying();

    [GeneratedRegex(@"note|comment|descr|title|item|text|message|address|phone|nick|display|bio", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Harmless();
}
