/** Groups that grow together: by member (i32 each) another of its group, nearer to the one that stands for it. */

/** The member that stands for the group of `member`; ways there are halved as they are gone. */
export function find(parents: usize, member: i32): i32 {
  let at = member
  let parent = load<i32>(parents + ((<usize>at) << 2))
  while (parent !== at) {
    const above = load<i32>(parents + ((<usize>parent) << 2))
    store<i32>(parents + ((<usize>at) << 2), above)
    at = above
    parent = load<i32>(parents + ((<usize>at) << 2))
  }
  return at
}
