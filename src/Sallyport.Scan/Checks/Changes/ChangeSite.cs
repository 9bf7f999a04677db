using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>Something of an identity's own that it can change, and the read that shows it (rule O3). Found and proved by <see cref="ChangeSites"/>.</summary>
internal sealed record ChangeSite
{
    /// <summary>The operation that writes.</summary>
    public required Operation Operation { get; init; }

    /// <summary>Its method, target and headers, without a body.</summary>
    public required RawHttpRequest Write { get; init; }

    /// <summary>What shows the change, as the owner.</summary>
    public required Ask Read { get; init; }

    /// <summary>The fields with their values now, without a token against forgery.</summary>
    public required BodyFields Fields { get; init; }

    /// <summary>The field that is changed.</summary>
    public required string Field { get; init; }

    /// <summary>What the description says of the field.</summary>
    public ApiSchema? Schema { get; init; }

    /// <summary>How a right client writes it.</summary>
    public required BodyKind Kind { get; init; }

    /// <summary>The token against forgery; <c>null</c> when none is handed out.</summary>
    public AntiForgery? Token { get; init; }

    /// <summary>Whether each write makes a new object, so that nothing has to be undone.</summary>
    public required bool Creates { get; init; }

    /// <summary>Headers of a right client's request.</summary>
    public required ImmutableArray<HttpHeader> Own { get; init; }

    /// <summary>Whose it is, with the cookies that the page of the read set.</summary>
    public required Browser Browser { get; init; }

    /// <summary>Writes what there was before; the same object each time, for the journal. <c>null</c> when nothing has to be undone.</summary>
    public Ask? Undo { get; init; }

    /// <summary>A right client's request, with all that belongs to it.</summary>
    /// <param name="value">The value to write.</param>
    /// <param name="title">What evidence calls it.</param>
    public Ask Legit(string value, string title) => Asked(Browser.Full, value, title, Kind, Own, Token?.Value);

    /// <summary>A request that writes the value.</summary>
    /// <param name="actor">Who sends it.</param>
    /// <param name="value">The value to write.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="kind">How the fields are written.</param>
    /// <param name="headers">What it says of where it comes from.</param>
    /// <param name="token">The token against forgery; <c>null</c> for none.</param>
    public Ask Asked(Actor actor, string value, string title, BodyKind kind, ImmutableArray<HttpHeader> headers, string? token)
    {
        BodyFields fields = Fields.With(Field, value);
        (fields, headers) = Token?.Put(fields, headers, token) ?? (fields, headers);
        return Read with
        {
            Title = title,
            Actor = actor,
            Mode = ScanMode.Active,
            Pooled = false,
            Reusable = false,
            Request = fields.On(Write with { Headers = [.. Write.Headers, .. headers] }, kind),
        };
    }

    /// <summary>A value of ours for the field, another each time.</summary>
    public string Canary() => CanaryText.For(Field, Fields[Field], Schema) ?? CanaryText.Name();

    /// <summary>Sends a write and reads back as the owner whether its value is there.</summary>
    /// <param name="context">The target.</param>
    /// <param name="write">The write.</param>
    /// <param name="canary">The value that it carries.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Attempt> TryAsync(CheckContext context, Ask write, string canary, CancellationToken cancellationToken)
    {
        Exchange wrote = await context.Writes.WriteAsync(write, Undo, cancellationToken).ConfigureAwait(false);
        Exchange read = await context.Transport.ExchangeAsync(Read with { Title = $"read back after: {write.Title}" }, cancellationToken).ConfigureAwait(false);
        string? doubt = read.Answer is not { Status: >= 200 and < 300 } shown
            ? $"the value could not be read back: {read.Summary}"
            : Holds(shown, canary) ? null
            : wrote.Answer is null or { Status: >= 500 or 408 or 429 } ? wrote.Summary
            : null;
        bool changed = read.Answer is { Status: >= 200 and < 300 } answer && Holds(answer, canary);
        if (changed && Creates)
        {
            await RemoveAsync(context, wrote, cancellationToken).ConfigureAwait(false);
        }

        return new(wrote, read, changed, doubt);
    }

    /// <summary>A right client's write, read back: the control of whatever is tried.</summary>
    /// <param name="context">The target.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<Attempt> ControlAsync(CheckContext context, string title, CancellationToken cancellationToken)
    {
        string canary = Canary();
        return TryAsync(context, Legit(canary, title), canary, cancellationToken);
    }

    // JSON escapes what is special in HTML, HTML its own: values of ours hold nothing special but @ and +.
    private static bool Holds(HttpAnswer answer, string canary) =>
        AnswerShape.Text(answer) is var text && (text.Contains(canary, StringComparison.Ordinal) || text.Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase).Replace("&#x2B;", "+", StringComparison.OrdinalIgnoreCase).Contains(canary, StringComparison.Ordinal));

    // A new object of ours is taken away again where the API says where it is and how.
    private async Task RemoveAsync(CheckContext context, Exchange wrote, CancellationToken cancellationToken)
    {
        string root = Write.Target.TrimEnd('/');
        if (wrote.Answer?.Header("location") is { } location && location.StartsWith(root + "/", StringComparison.Ordinal) && location.AsSpan(root.Length + 1).IndexOfAny('/', '?', '#') < 0
            && context.Api.Operations.Any(one => one.Method == "DELETE" && one.PathTemplate.StartsWith(Operation.PathTemplate.TrimEnd('/') + "/{", StringComparison.Ordinal) && one.PathTemplate.EndsWith('}')))
        {
            Ask delete = Read with { Title = "remove the scanner's own object", Mode = ScanMode.Active, Pooled = false, Request = new() { Method = "DELETE", Target = location, Headers = Own } };
            _ = await context.Writes.WriteAsync(delete, null, cancellationToken).ConfigureAwait(false);
        }
    }
}
