using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>An object that the scanner made for itself, with POST to the collection.</summary>
/// <param name="Values">The maker, with the object's id among its values.</param>
/// <param name="Exchange">The call that made it.</param>
internal sealed record CreatedObject(Identity Values, Exchange Exchange)
{
    /// <summary>Makes one.</summary>
    /// <param name="context">The scan, in active mode at least.</param>
    /// <param name="template">The path of one object: <c>/orders/{id}</c> for <c>POST /orders</c>.</param>
    /// <param name="owner">Who makes it.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    /// <returns>The object, or why there is none.</returns>
    public static async Task<(CreatedObject? Object, string? Why)> MakeAsync(CheckContext context, string template, Identity owner, CancellationToken cancellationToken)
    {
        int last = template.LastIndexOf("/{", StringComparison.Ordinal);
        if (last <= 0 || !template.EndsWith('}'))
        {
            return (null, "its path does not end in an id");
        }

        string collection = template[..last], name = template[(last + 2)..^1];
        if (context.Api.Operations.FirstOrDefault(one => one.Method == "POST" && one.PathTemplate.TrimEnd('/') == collection) is not { } create)
        {
            return (null, $"there is no POST {collection}");
        }

        OwnValues own = await context.Api.ValuesAsync(create, owner, cancellationToken).ConfigureAwait(false);
        if (context.Api.AskFor(create, own.Identity, Actor.Of(owner), $"{owner.Name} makes an object") is not { } ask)
        {
            return (null, $"no body could be made for {create.Name}");
        }

        Exchange made = await context.Writes.WriteAsync(ask with { Mode = ScanMode.Active, Pooled = false }, null, cancellationToken).ConfigureAwait(false);
        if (made.Answer is not { Status: >= 200 and < 300 } answer)
        {
            return (null, $"{create.Name} got: {made.Summary}");
        }

        string? id = IdOf(create, template, name, answer);
        return string.IsNullOrEmpty(id)
            ? (null, $"{create.Name} did not say what it made")
            : (new CreatedObject(own.Identity with { Values = own.Identity.Values.SetItem(name, id) }, made), null);
    }

    /// <summary>Takes away again what a POST made, where the answer tells its id and the API deletes such things.</summary>
    /// <param name="context">The scan, in active mode at least.</param>
    /// <param name="create">The operation that made it.</param>
    /// <param name="owner">Who made it.</param>
    /// <param name="made">What it was answered.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public static async Task RemoveAsync(CheckContext context, Operation create, Identity owner, HttpAnswer made, CancellationToken cancellationToken)
    {
        string collection = create.PathTemplate.TrimEnd('/') + "/{";
        if (context.Api.Operations.FirstOrDefault(one => one.Method == "DELETE" && one.PathTemplate.StartsWith(collection, StringComparison.Ordinal) && one.PathTemplate.IndexOf('}', StringComparison.Ordinal) == one.PathTemplate.Length - 1) is not { } remove)
        {
            return;
        }

        string name = remove.PathTemplate[collection.Length..^1];
        if (IdOf(create, remove.PathTemplate, name, made) is not { Length: > 0 } id
            || context.Api.AskFor(remove, owner with { Values = owner.Values.SetItem(name, id) }, Actor.Of(owner), "remove the scanner's own object") is not { Request: { } request } ask)
        {
            return;
        }

        bool tagged = request.Headers.Any(static header => header.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase));
        ImmutableArray<HttpHeader> headers = [.. request.Headers.Where(static header => !header.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase)), .. tagged ? new[] { new HttpHeader("If-Match", "*") } : []];
        _ = await context.Writes.WriteAsync(ask with { Mode = ScanMode.Active, Pooled = false, Request = request with { Headers = headers } }, null, cancellationToken).ConfigureAwait(false);
    }

    private static string? IdOf(Operation create, string template, string name, HttpAnswer answer) =>
        ListedValues.Of(create with { PathTemplate = template }, name, Encoding.UTF8.GetBytes($"[{Encoding.UTF8.GetString(answer.Body.Span)}]")).FirstOrDefault()
        ?? answer.Header("location")?.TrimEnd('/').Split('/')[^1];
}
