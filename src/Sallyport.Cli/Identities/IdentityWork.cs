using System;
using System.Data.Common;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.Cli.Identities;

/// <summary>The work of <c>sallyport identities</c>, and the only door of the tool to the database.</summary>
internal static class IdentityWork
{
    private const int LatestChanges = 1000;

    public static Task<int> AddAsync(Surroundings surroundings, string? place, IdentityDraft draft, CancellationToken cancellationToken) =>
        WithAsync(surroundings, place, mayCreate: true, async store =>
        {
            CertificateIdentity identity = DraftReader.Read(draft, surroundings);
            IdentityWrite write = draft.IsExisting
                ? await store.ChangeAsync(draft.Name, null, there => DraftReader.Join(there, identity), By(surroundings), cancellationToken).ConfigureAwait(false)
                : await store.AddAsync(identity, By(surroundings), cancellationToken).ConfigureAwait(false);
            if (write is IdentityWrite.Done && identity.Matches.IsEmpty && !draft.IsExisting)
            {
                await surroundings.Error.WriteLineAsync("sallyport: note: no certificate speaks for it yet: add one with --existing --certificate FILE").ConfigureAwait(false);
            }

            return Tell(surroundings, write, draft.Name, draft.IsExisting ? "changed" : "added");
        });

    public static Task<int> EnableAsync(Surroundings surroundings, string? place, string name, bool enable, CancellationToken cancellationToken) =>
        WithAsync(surroundings, place, mayCreate: false, async store =>
        {
            IdentityWrite write = await store.ChangeAsync(name, null, there => there with { IsEnabled = enable }, By(surroundings), cancellationToken).ConfigureAwait(false);
            return Tell(surroundings, write, name, enable ? "enabled" : "disabled");
        });

    public static Task<int> RevokeAsync(Surroundings surroundings, string? place, string given, string reason, CancellationToken cancellationToken) =>
        WithAsync(surroundings, place, mayCreate: false, async store =>
        {
            CertificateThumbprint certificate = CertificateThumbprint.TryParseHex(given, out CertificateThumbprint thumbprint)
                ? thumbprint
                : CertificateFile.Read(surroundings.Place(given), given).Thumbprint;
            IdentityWrite write = await store.RevokeAsync(certificate, reason, By(surroundings), cancellationToken).ConfigureAwait(false);
            return Tell(surroundings, write, certificate.ToHex(), "revoked");
        });

    public static Task<int> ListAsync(Surroundings surroundings, string? place, CancellationToken cancellationToken) =>
        WithAsync(surroundings, place, mayCreate: false, async store =>
        {
            IdentityReport.WriteTable(surroundings.Output, await store.ReadAsync(cancellationToken).ConfigureAwait(false), surroundings.Time.GetUtcNow());
            return ExitCode.Clean;
        });

    public static Task<int> ExportAsync(Surroundings surroundings, string? place, CancellationToken cancellationToken) =>
        WithAsync(surroundings, place, mayCreate: false, async store =>
        {
            IdentityReport.WriteJson(
                surroundings.Output,
                await store.ReadAsync(cancellationToken).ConfigureAwait(false),
                await store.ReadChangesAsync(LatestChanges, cancellationToken).ConfigureAwait(false));
            return ExitCode.Clean;
        });

    private static async Task<int> WithAsync(Surroundings surroundings, string? place, bool mayCreate, Func<SallyportIdentityStore, Task<int>> work)
    {
        try
        {
            SallyportIdentityStore store = StorePlace.Open(surroundings, place, mayCreate);
            await using (store.ConfigureAwait(false))
            {
                return await work(store).ConfigureAwait(false);
            }
        }
        catch (BadInputException e)
        {
            return Complaint.Usage(surroundings.Error, e.Message, e.Hint);
        }
        catch (Exception e) when (Because(e) is { } reason)
        {
            // Never the message of a driver: it may name hosts and users, and some repeat what they were given.
            Complaint.Write(surroundings.Error, $"the identity store {reason}", "is it a store of this version, there, and open to this user?");
            return ExitCode.NotScanned;
        }
    }

    private static string? Because(Exception thrown) => thrown switch
    {
        OperationCanceledException => null,
        InvalidOperationException { Source: "Sallyport.AspNetCore.EntityFrameworkCore" } => "has another schema than this program knows, or none",
        DbException or TimeoutException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException => "cannot be reached or used",
        { InnerException: { } inner } => Because(inner),
        _ => null,
    };

    private static int Tell(Surroundings surroundings, IdentityWrite write, string name, string done)
    {
        switch (write)
        {
            case IdentityWrite.Done told:
                surroundings.Output.WriteLine($"{done} {IdentityReport.Shown(name)} (epoch {told.Epoch})");
                return ExitCode.Clean;
            case IdentityWrite.NameTaken:
                return Complaint.Usage(surroundings.Error, $"there is an identity {IdentityReport.Shown(name)} already", "add to it with --existing");
            case IdentityWrite.NotFound:
                return Complaint.Usage(surroundings.Error, $"there is no identity {IdentityReport.Shown(name)}", "sallyport identities list shows them");
            case IdentityWrite.MatchTaken taken:
                return Complaint.Usage(
                    surroundings.Error,
                    $"{IdentityReport.Describe(taken.Match)} is {IdentityReport.Shown(taken.Owner)}'s: a certificate speaks for one identity",
                    "give it another certificate or name, or take it from the other identity first");
            case IdentityWrite.Unusable unusable:
                return Complaint.Usage(surroundings.Error, $"no certificate can fit {IdentityReport.Describe(unusable.Match)}", "write one whole name: no wildcard, no trailing dot, no white space");
            default:
                return Complaint.Usage(surroundings.Error, $"{IdentityReport.Shown(name)} was changed by somebody else meanwhile", "look at it again, then try again");
        }
    }

    private static string By(Surroundings surroundings) =>
        ((string[])["SUDO_USER", "USER", "LOGNAME"]).Select(surroundings.Environment).FirstOrDefault(user => !string.IsNullOrWhiteSpace(user)) ?? "sallyport";
}
