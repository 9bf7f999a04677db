using System;
using System.Collections.Immutable;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Cli.Identities;

namespace Sallyport.Cli.Commands;

/// <summary><c>sallyport identities</c>: who may pass a guard. Names no type of the database, so that no other command loads it.</summary>
internal static class IdentitiesCommand
{
    private const string Description =
        """
        Who may pass the guard: which certificates are whose, with roles and scopes.

        Every node that shares the store takes a change up within a second, open connections included.
        """;

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("identities", Description) { Add(surroundings), List(surroundings), Disable(surroundings), Revoke(surroundings), Export(surroundings) };
        command.SetAction(_ => Complaint.Usage(surroundings.Error, "no command", "sallyport identities list --store identities.db, or sallyport identities --help"));
        return command;
    }

    private static Command Add(Surroundings surroundings)
    {
        Argument<string> name = Name("The account's stable name: what it owns things by, what its tokens' subject is.");
        Option<string?> store = Store();
        Option<string[]> certificate = Many("--certificate", "FILE", "A PEM certificate that is its own, by the SHA-256.");
        Option<string[]> issuerSerial = Many("--issuer-serial", "FILE", "A PEM certificate that is its own, by issuer and serial number.");
        Option<string[]> san = Many("--san", "KIND:VALUE", "An alternative name that is its own, in whichever certificate: dns:, uri:, email: or ip:.");
        Option<string[]> role = Many("--role", "ROLE", "A role.");
        Option<string[]> scope = Many("--scope", "SCOPE", "A scope that it may ever have.");
        Option<string?> notBefore = One("--not-before", "TIME", "From when it is let in, such as 2026-12-01T08:00:00Z.");
        Option<string?> notAfter = One("--not-after", "TIME", "Until when it is let in.");
        var existing = new Option<bool>("--existing") { Description = "The identity is there already: add these to what it has." };
        var command = new Command("add", "Add an identity; the store is made when it is not there.")
        {
            name, store, certificate, issuerSerial, san, role, scope, notBefore, notAfter, existing,
        };
        command.SetAction((parsed, cancellationToken) => IdentityWork.AddAsync(
            surroundings,
            parsed.GetValue(store),
            new IdentityDraft
            {
                Name = parsed.GetRequiredValue(name),
                CertificateFiles = All(parsed.GetValue(certificate)),
                IssuerSerialFiles = All(parsed.GetValue(issuerSerial)),
                AlternativeNames = All(parsed.GetValue(san)),
                Roles = All(parsed.GetValue(role)),
                Scopes = All(parsed.GetValue(scope)),
                NotBefore = parsed.GetValue(notBefore),
                NotAfter = parsed.GetValue(notAfter),
                IsExisting = parsed.GetValue(existing),
            },
            cancellationToken));
        return command;
    }

    private static Command List(Surroundings surroundings)
    {
        Option<string?> store = Store();
        return With(new Command("list", "List every identity with what makes a certificate its own.") { store }, parsed => parsed.GetValue(store), surroundings, IdentityWork.ListAsync);
    }

    private static Command Export(Surroundings surroundings)
    {
        Option<string?> store = Store();
        return With(new Command("export", "Write everything to stdout as JSON: identities, revoked certificates and the latest changes.") { store }, parsed => parsed.GetValue(store), surroundings, IdentityWork.ExportAsync);
    }

    private static Command Disable(Surroundings surroundings)
    {
        Argument<string> name = Name("The account's name.");
        Option<string?> store = Store();
        var undo = new Option<bool>("--undo") { Description = "Let it in again." };
        var command = new Command("disable", "Let an identity in no more, whatever its certificates.") { name, store, undo };
        command.SetAction((parsed, cancellationToken) =>
            IdentityWork.EnableAsync(surroundings, parsed.GetValue(store), parsed.GetRequiredValue(name), parsed.GetValue(undo), cancellationToken));
        return command;
    }

    private static Command Revoke(Surroundings surroundings)
    {
        var certificate = new Argument<string>("CERTIFICATE") { HelpName = "CERTIFICATE", Description = "A PEM file, or the SHA-256 of the certificate in 64 hexadecimal digits." };
        Option<string?> store = Store();
        Option<string?> reason = One("--reason", "TEXT", "Why, for the record.");
        var command = new Command("revoke", "Make one certificate nobody's, for good, whichever identity it fits. The identity stays.") { certificate, store, reason };
        command.SetAction((parsed, cancellationToken) =>
            IdentityWork.RevokeAsync(surroundings, parsed.GetValue(store), parsed.GetRequiredValue(certificate), parsed.GetValue(reason) ?? "", cancellationToken));
        return command;
    }

    private static Command With(
        Command command, Func<ParseResult, string?> store, Surroundings surroundings, Func<Surroundings, string?, CancellationToken, Task<int>> run)
    {
        command.SetAction((parsed, cancellationToken) => run(surroundings, store(parsed), cancellationToken));
        return command;
    }

    private static Argument<string> Name(string description) => new("NAME") { HelpName = "NAME", Description = description };

    private static Option<string?> Store() => One("--store", "FILE|env:VAR", "An SQLite file; or env:VAR, where VAR holds a PostgreSQL connection string.");

    private static Option<string?> One(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static Option<string[]> Many(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static ImmutableArray<string> All(string[]? values) => [.. values ?? []];
}
