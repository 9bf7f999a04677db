using System;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>One change of the store as it was recorded with it. Changes by hand, in SQL, move the epoch and leave no record.</summary>
/// <param name="Epoch">The store's epoch with the change.</param>
/// <param name="At">The clock's reading of the node that made it.</param>
/// <param name="By">Who made it, as the caller said.</param>
/// <param name="Action">add, change, remove or revoke.</param>
/// <param name="Name">The identity's name, or the SHA-256 of a revoked certificate.</param>
/// <param name="Detail">The identity after the change, as JSON; or the reason.</param>
public sealed record IdentityChangeRecord(long Epoch, DateTimeOffset At, string By, string Action, string Name, string Detail);
