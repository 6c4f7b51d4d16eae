#pragma once
// Views of a store for readers without this program. docs/how-to/read-the-store.md describes them.

namespace genrebench {

/// Makes the views. v_version names their version, which changes when a column is renamed, removed
/// or given another meaning.
extern const char* const kViewsSql;

}  // namespace genrebench
