using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.Extensions.Options;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Reports everything that is wrong with the options of trust and revocation, together.</summary>
internal sealed class RevocationOptionsCheck : IValidateOptions<SallyportOptions>
{
    private const int LargestList = 1 << 30;

    public ValidateOptionsResult Validate(string? name, SallyportOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(SallyportOptions options) =>
    [
        .. Paths("Trust.AnchorFiles", options.Trust.AnchorFiles),
        .. Paths("Trust.IntermediateFiles", options.Trust.IntermediateFiles),
        .. OfPolicy(options.Revocation.Policy),
        .. OfLists(options.Revocation),
        .. OfResponders(options.Revocation.Ocsp),
        .. options.Revocation.AllowedHosts.Where(static h => !AllowedHosts.IsEntry(h))
            .Select(static h => $"Revocation.AllowedHosts: \"{h}\" is no host name or address, with or without a port."),
        .. options.Revocation.DenyListFile is { } file ? Paths("Revocation.DenyListFile", [file]) : [],
        .. Within("Revocation.FetchTimeout", options.Revocation.FetchTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
        .. Within("Revocation.StartTimeout", options.Revocation.StartTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
        .. Within("Revocation.MaxSourceAge", options.Revocation.MaxSourceAge, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
        .. Within("Revocation.ExpiryWarning", options.Revocation.ExpiryWarning, TimeSpan.FromHours(1), TimeSpan.FromDays(365)),
    ];

    private static IEnumerable<string> OfPolicy(RevocationPolicy? policy) => policy switch
    {
        null => ["Revocation.Policy: it is null."],
        { MaxAge: { } age } when age <= TimeSpan.Zero => ["Revocation.Policy.MaxAge: it must be above zero."],
        _ when !Enum.IsDefined(policy.Mode) => ["Revocation.Policy.Mode: there is no such mode."],
        _ => [],
    };

    private static IEnumerable<string> OfLists(RevocationOptions options) =>
    [
        .. Paths("Revocation.Crl.Files", options.Crl.Files),
        .. options.Crl.Urls.SelectMany(static u => Urls("Revocation.Crl.Urls", [u.Uri])),
        .. options.Crl.Urls.SelectMany(static u => Within("Revocation.Crl.Urls: refresh", u.Refresh, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))),
        .. options.Crl.Urls.Where(u => u.Refresh > options.MaxSourceAge)
            .Select(static u => $"Revocation.Crl.Urls: {u.Uri} is refreshed more seldom than MaxSourceAge allows."),
        .. Within(
            "Revocation.Crl.DistributionPointRefresh", options.Crl.DistributionPointRefresh, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)),
        .. options.MaxCrlBytes is < 1024 or > LargestList
            ? [string.Create(CultureInfo.InvariantCulture, $"Revocation.MaxCrlBytes: {options.MaxCrlBytes} is outside of 1024 to {LargestList}.")]
            : Enumerable.Empty<string>(),
    ];

    private static IEnumerable<string> OfResponders(OcspOptions options) =>
    [
        .. Urls("Revocation.Ocsp.Responders", options.Responders),
        .. Within("Revocation.Ocsp.Refresh", options.Refresh, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)),
        .. Within("Revocation.Ocsp.ForgetAfter", options.ForgetAfter, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
        .. options.MaxWatched is < 1 or > 1_000_000
            ? [string.Create(CultureInfo.InvariantCulture, $"Revocation.Ocsp.MaxWatched: {options.MaxWatched} is outside of 1 to 1000000.")]
            : Enumerable.Empty<string>(),
    ];

    private static IEnumerable<string> Paths(string option, IEnumerable<string> paths) =>
        paths.Where(static p => string.IsNullOrWhiteSpace(p)).Select(_ => $"{option}: a path is empty.");

    private static IEnumerable<string> Urls(string option, IEnumerable<Uri?> uris) =>
        uris.Where(static u => !AllowedHosts.IsFetchable(u))
            .Select(u => $"{option}: \"{(u is { IsAbsoluteUri: true, UserInfo: not "" } ? "a URL with a user name" : u)}\" is no absolute http or https URL without user name.");

    private static IEnumerable<string> Within(string option, TimeSpan value, TimeSpan low, TimeSpan high) =>
        value < low || value > high ? [$"{option}: {value} is outside of {low} to {high}."] : [];
}
