using System;
using System.IO;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;

namespace Sallyport.Cli.Identities;

/// <summary>Opens what <c>--store</c> names. A connection string may hold a password, so it comes from the environment only and is never shown.</summary>
internal static class StorePlace
{
    private const string Hint = "--store identities.db, or --store env:VAR where VAR holds a PostgreSQL connection string";

    public static SallyportIdentityStore Open(Surroundings surroundings, string? given, bool mayCreate)
    {
        IdentityStoreOptions options = new() { CreateSchema = mayCreate };
        if (string.IsNullOrWhiteSpace(given))
        {
            throw new BadInputException("no --store was given", Hint);
        }

        if (given.StartsWith("env:", StringComparison.Ordinal))
        {
            string variable = given["env:".Length..];
            if (surroundings.Environment(variable) is not { Length: > 0 } connection)
            {
                throw new BadInputException($"the environment variable {ParseComplaint.Plain(variable)} is not set", Hint);
            }

            options.UseNpgsql(connection);
        }
        else if (given.Contains("://", StringComparison.Ordinal) || given.Contains('='))
        {
            // What is on the command line is in the process list.
            throw new BadInputException("--store is a connection string, and every process of this machine can read a command line", Hint);
        }
        else
        {
            string path = surroundings.Place(given);
            if (!mayCreate && !File.Exists(path))
            {
                throw new BadInputException($"there is no identity store at {given}", "sallyport identities add makes one");
            }

            options.UseSqlite(path);
        }

        try
        {
            return new SallyportIdentityStore(options, surroundings.Time);
        }
        catch (ArgumentException)
        {
            // The reason is one of our own sentences without any part of the connection string; without the name of the parameter.
            throw new BadInputException(
                "the connection string cannot be used",
                "Host=…;Database=…;Username=…;Password=…, and SSL Mode=VerifyFull when the server is on another machine");
        }
    }
}
