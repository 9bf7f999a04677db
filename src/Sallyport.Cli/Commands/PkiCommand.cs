using System;
using System.Collections.Immutable;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Sallyport.Cli.Pki;

namespace Sallyport.Cli.Commands;

/// <summary><c>sallyport pki</c>: throw-away certificates for trying things out.</summary>
internal static class PkiCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("pki", "Make certificates for trying things out. Never for production.");
        command.Add(Sub("init", "Make a small PKI: two CAs, a server for localhost, alice, bob, root, a revoked client and a CRL.", folder => Init(surroundings, folder)));
        command.Add(Sub("matrix", "Write every bad identity that a scan presents, as PEM files with a table.", folder => Matrix(surroundings, folder)));
        command.SetAction(_ => Complaint.Usage(surroundings.Error, "no command", "sallyport pki init DIR, or sallyport pki matrix DIR"));
        return command;
    }

    private static Command Sub(string name, string description, Func<string, int> run)
    {
        var directory = new Argument<string>("DIR") { HelpName = "DIR", Description = "The directory; made when it is not there." };
        var command = new Command(name, description) { directory };
        command.SetAction(parsed => run(parsed.GetRequiredValue(directory)));
        return command;
    }

    private static int Init(Surroundings surroundings, string given)
    {
        string folder = surroundings.Place(given);
        return Guarded(surroundings, given, () =>
        {
            if (TrialPki.Existing(folder).FirstOrDefault() is string existing)
            {
                return Complaint.Usage(surroundings.Error, $"{given} holds {existing} already: nothing was written", "name a new directory, or delete the old files first");
            }

            TrialPki.Write(folder, surroundings.Time);
            int width = TrialPki.Contents.Max(entry => entry.File.Length);
            foreach ((string file, string what) in TrialPki.Contents)
            {
                surroundings.Output.WriteLine($"{file.PadRight(width)}  {what}");
            }

            return ExitCode.Clean;
        });
    }

    private static int Matrix(Surroundings surroundings, string given)
    {
        string folder = surroundings.Place(given);
        return Guarded(surroundings, given, () =>
        {
            ImmutableArray<string> existing = [.. TrialPki.Existing(folder)];
            if (existing.IsEmpty)
            {
                TrialPki.Write(folder, surroundings.Time);
            }
            else if (existing.Length < TrialPki.Contents.Length)
            {
                return Complaint.Usage(surroundings.Error, $"{given} is no complete PKI of sallyport pki init", "name a new directory, or one that sallyport pki init made");
            }

            ImmutableArray<(string File, string Rule, string What)> rows = MatrixFiles.Write(folder, surroundings.Time);
            int width = rows.Max(row => row.File.Length);
            foreach ((string file, string rule, string what) in rows)
            {
                surroundings.Output.WriteLine($"{file.PadRight(width)}  {rule,-9} {what}");
            }

            surroundings.Error.WriteLine($"sallyport: {rows.Length} identities in {Path.Combine(given, MatrixFiles.Folder)}, each as .pem and .key, valid for 15 minutes at most");
            return ExitCode.Clean;
        });
    }

    private static int Guarded(Surroundings surroundings, string given, Func<int> write)
    {
        try
        {
            return write();
        }
        catch (CryptographicException)
        {
            return Complaint.Usage(surroundings.Error, $"a file in {given} is damaged", "make a new PKI: sallyport pki init DIR");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Complaint.Usage(surroundings.Error, $"{given} cannot be written", "name a directory that this user may write to");
        }
    }
}
