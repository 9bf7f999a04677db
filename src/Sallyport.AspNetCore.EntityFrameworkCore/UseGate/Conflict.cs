using System;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Tells what a database says when two units of work cannot both be kept: nothing is wrong but the moment.</summary>
internal static class Conflict
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;

    /// <summary>Whether an exception, or one that it wraps, says so.</summary>
    public static bool Is(Exception? exception)
    {
        while (exception is not null && !IsOne(exception))
        {
            exception = exception.InnerException;
        }

        return exception is not null;
    }

    private static bool IsOne(Exception exception) => exception switch
    {
        PostgresException one => one.SqlState
            is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable,
        SqliteException one => one.SqliteErrorCode is SqliteBusy or SqliteLocked,
        _ => false,
    };
}
