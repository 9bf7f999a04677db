using System;
using System.Linq;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>What tells the answer to a right login from that to a wrong one: never the status alone.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Location">Where it leads, without a query.</param>
/// <param name="Cookies">The names of the cookies that it sets.</param>
/// <param name="Members">The names of the members of its JSON.</param>
/// <param name="Denied">Whether it says that it was refused.</param>
internal sealed record LoginSignature(int Status, string Location, string Cookies, string Members, bool Denied)
{
    /// <summary>The signature of an answer; <c>null</c> when there is none, or one that says nothing of the login (429, 5xx).</summary>
    /// <param name="exchange">The login.</param>
    /// <param name="now">The time it arrived.</param>
    public static LoginSignature? Of(Exchange? exchange, DateTimeOffset now) => exchange?.Answer is { Status: not (429 or 423 or >= 500) } answer
        ? new(
            answer.Status,
            answer.Header("location")?.Split('?', '#')[0] ?? "",
            string.Join(' ', SetCookie.In(answer, now).Where(cookie => !cookie.Removes).Select(cookie => cookie.Name).Order(StringComparer.Ordinal)),
            string.Join(' ', (SampleFields.Object(answer) ?? []).Select(member => member.Key).Order(StringComparer.Ordinal)),
            VerdictRules.SaysDenied(AnswerShape.Text(answer)))
        : null;

    /// <summary>Whether the server says that it was tried too often: 429, 423, or Retry-After.</summary>
    /// <param name="exchange">The login.</param>
    public static bool IsLimited(Exchange exchange) => exchange.Answer is { } answer && (answer.Status is 429 or 423 || answer.Header("retry-after") is not null);
}
